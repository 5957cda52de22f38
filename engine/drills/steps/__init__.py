"""All sentences that a drill may use, in the order in which docs/drills.md lists them."""

from engine.drills.registry import Registry
from engine.drills.steps import checks_of_care, checks_of_duties, given, when, who_is_here

STEPS = Registry()
for part in (given.PART, when.PART, checks_of_care.PART, checks_of_duties.PART, who_is_here.PART):
    STEPS.steps.extend(part.steps)
