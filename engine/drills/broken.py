"""Whether a duty was broken, as a case's own trail and refusals tell it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.entries import Entry
from engine.library import DutyRule
from engine.model import Refusal

_OWED = {"duty.opened": True, "duty.met": False, "duty.cancelled": False}


def broke(rule: DutyRule, entries: Iterable[Entry]) -> bool:
    """Whether a case's entries, oldest first, tell that the duty was broken: its monitor says so, or a step went past
    the limit of what was to follow an act (such a duty stays owed, for it can still be done)."""
    owed = past = False
    step = ""
    for entry in entries:
        if entry.kind == "duty.broken" and entry.params["duty"] == rule.id:
            return True
        if entry.params.get("duty") == rule.id:
            owed = _OWED.get(entry.kind, owed)
        if entry.kind == "act.done" and entry.params["element"] == step:
            past = past or _is_past(rule, entry)  # a step does its acts at once
            continue
        if "duty" in entry.params:
            step = ""  # what the acts of the step make owed or met is told right after them
            continue
        if past and owed:
            return True
        step = entry.params["element"] if entry.kind == "act.done" else ""
        past = _is_past(rule, entry)
    return past and owed


def _is_past(rule: DutyRule, entry: Entry) -> bool:
    return rule.after is not None and entry.kind == "act.done" and entry.params["act"] == rule.before


def refused_for(rule: DutyRule, refusal: Refusal, acts: Collection[str]) -> bool:
    """Whether a step that would have done these acts was refused because it breaks the duty. A case that would end is
    refused for whatever is owed, also before its limit."""
    return rule.id in refusal.duties and (rule.form != "must" or rule.before in acts)
