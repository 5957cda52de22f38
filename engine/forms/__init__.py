"""Forms: posted or sent answers -> typed facts, or problems in words. Pure; no answer is ever repeated back."""

from engine.forms.answers import HAPPENED_AT, read_answers
from engine.forms.plausible import check_times
from engine.forms.posts import post_to_answers
from engine.forms.problems import PROBLEMS, label, problem
from engine.forms.questions import visible

__all__ = [
    "HAPPENED_AT",
    "PROBLEMS",
    "check_times",
    "label",
    "post_to_answers",
    "problem",
    "read_answers",
    "visible",
]
