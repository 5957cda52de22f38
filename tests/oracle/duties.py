"""What a duty demands, as a small automaton written from docs/content.md 3 and the six words of its language.

A mark says where one duty stands. At each step the duty hears which acts were done together and what its conditions
say then; it answers with its next mark and whether it was broken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from tests.oracle.language import Condition, Read, all_hold, said


class Mark(NamedTuple):
    """`status` is what `duty.<id>` reads. `kept` of must ... before: the act was done; of must ... after: the answer
    is pending. `seen` are the acts of `without` that still count."""

    status: str = "none"
    kept: bool = False
    seen: frozenset[str] = frozenset()


class Heard(NamedTuple):
    """The acts of one step that the duty names, whether the duty applies, and what `unless` and `always` say."""

    acts: frozenset[str]
    applies: bool | None
    unless: bool | None
    always: bool | None


@dataclass(frozen=True)
class Duty:
    id: str
    form: str
    act: str
    before: str
    after: str
    without: frozenset[str]
    revoked_by: frozenset[str]
    each: bool
    when: tuple[Condition, ...]
    exceptions: tuple[Condition, ...]
    unless: Condition | None
    always: Condition | None
    unknown_counts: bool

    @classmethod
    def read(cls, rule: Any) -> Duty:
        form = next(form for form in ("must", "never", "always") if form in rule)
        when = rule.get("when", [])
        return cls(
            id=rule["id"],
            form=form,
            act=rule[form] if form != "always" else "",
            before=rule.get("before", "case.end"),
            after=rule.get("after", ""),
            without=frozenset(rule.get("without", ())),
            revoked_by=frozenset(rule.get("revoked_by", ())),
            each=rule.get("scope") == "each",
            when=tuple(said(text) for text in (when if isinstance(when, list) else [when])),
            exceptions=tuple(said(one["when"]) for one in rule.get("exceptions", ())),
            unless=said(rule["unless"]) if "unless" in rule else None,
            always=said(rule["always"]) if form == "always" else None,
            unknown_counts=rule.get("if_unknown") == "broken",
        )

    @property
    def conditions(self) -> list[Condition | None]:
        return [*self.when, *self.exceptions, self.unless, self.always]

    def hear(self, acts: frozenset[str], read: Read) -> Heard:
        """What the duty hears of a step. It applies while all of `when` hold and no exception does."""
        named = {self.act, self.before, self.after} | self.without | self.revoked_by
        denied = [None if (one := exception.holds(read)) is None else not one for exception in self.exceptions]
        applies = all_hold([condition.holds(read) for condition in self.when] + denied)
        unless = self.unless.holds(read) if self.unless else None
        return Heard(acts & named, applies, unless, self.always.holds(read) if self.always else None)

    def is_about(self, steps: Iterable[Heard]) -> bool:
        """Whether it has anything to say of some of these steps: without one it holds for nothing. What it forbids
        outright must be possible, and so must the condition, but the two need not meet."""
        if self.form == "never" and self.unless is None and not self.without:
            seen = list(steps)
            counts = any(one.applies or (one.applies is None and self.unknown_counts) for one in seen)
            return counts and any(self.act in one.acts for one in seen)
        return any(self._is_about(one) for one in steps)

    def _is_about(self, heard: Heard) -> bool:
        counts = heard.applies is True or (heard.applies is None and self.unknown_counts)
        if self.form == "always":
            return counts
        if self.form == "must" and not self.after:
            return heard.applies is True or (counts and self.before in heard.acts)
        return counts and (self.after or self.act) in heard.acts

    def step(self, mark: Mark, heard: Heard) -> tuple[Mark, bool]:
        """The next mark, and whether this step broke the duty."""
        counts = heard.applies is True or (heard.applies is None and self.unknown_counts)
        if self.form == "must":
            return self._answer(mark, heard, counts) if self.after else self._limit(mark, heard, counts)
        if self.form == "always":
            broken = counts and heard.always is False
        else:
            seen = frozenset() if heard.acts & self.revoked_by else mark.seen
            seen |= heard.acts & self.without
            allowed = heard.unless is True or (bool(self.without) and self.without <= seen)
            broken = self.act in heard.acts and counts and not allowed
            mark = mark._replace(seen=frozenset() if self.each and self.act in heard.acts else seen)
        return (mark._replace(status="broken") if broken else mark), broken

    def _limit(self, mark: Mark, heard: Heard, counts: bool) -> tuple[Mark, bool]:
        """must ... before: once it applied, the limit is not reached without the act. What was done is forgotten when
        something takes it back, or, where each time counts, once the duty applies no longer."""
        owed = mark.status == "owed"
        if self.act in heard.acts:
            return Mark("met" if owed or heard.applies is True else mark.status, kept=True), False
        if heard.acts & self.revoked_by or (self.each and heard.applies is False):
            mark = mark._replace(kept=False)
        if self.before in heard.acts and not mark.kept and (owed or counts):
            return mark._replace(status="broken"), True
        if owed:
            return mark._replace(status="cancelled" if heard.applies is False else "owed"), False
        if mark.status != "broken" and heard.applies is True:
            return mark._replace(status="met" if mark.kept else "owed"), False
        return mark, False

    def _answer(self, mark: Mark, heard: Heard, counts: bool) -> tuple[Mark, bool]:
        """must ... after: each time `after` is done the act is owed until it follows, also after the limit."""
        pending = mark.kept or (self.after in heard.acts and counts)
        if self.act in heard.acts:
            return Mark("met" if pending else mark.status), False
        if pending and mark.status == "owed" and heard.applies is False:
            return Mark("cancelled"), False
        if not pending:
            return mark, False
        return Mark("owed", kept=True), self.before in heard.acts
