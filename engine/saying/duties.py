"""A duty in plain sentences: what must or must not be done, when, how soon, except when, and what if nobody knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from engine.library import DutyRule, Library, Within
from engine.saying.conditions import Conditions
from engine.saying.phrases import Speech, lowered


def say_duty(library: Library, duty: DutyRule, language: str, today: date) -> str:
    """The whole duty, as whoever answers for it signs it: with the values that are in force on this day."""
    saying = _Saying(library, duty, language, today)
    return " ".join(saying.speech.spelt(sentence) for sentence in saying.sentences())


def limit_of(library: Library, duty: DutyRule, language: str, today: date) -> str:
    """How soon it must be done, with the warning before; '' for a duty without a limit."""
    return _Saying(library, duty, language, today).limit(duty.within) if duty.within is not None else ""


class _Saying:
    def __init__(self, library: Library, duty: DutyRule, language: str, today: date) -> None:
        self.library = library
        self.duty = duty
        self.speech = Speech(language)
        self.conditions = Conditions(library, self.speech, today)

    def sentences(self) -> Iterator[str]:
        duty, say = self.duty, self.speech
        yield self._first()
        if duty.scope == "each":
            yield say("anew")
        if duty.revoked_by:
            yield say("revoked", acts=say.listed(map(self._on_record, duty.revoked_by), "or"))
        if duty.ends_by == "correction":
            yield say("kept")
        for exception in duty.exceptions:
            yield say("except", when=self.conditions.say(exception.when))
        if self._may_be_unknown():
            at_its_limit = duty.form == "must" and duty.if_unknown == "broken"
            key = f"unknown.{duty.if_unknown}{'.must' if at_its_limit else ''}"
            yield say(key, before=self._to(duty.before) if at_its_limit else "")
        if duty.within is not None:
            yield say("limit", limit=self.limit(duty.within))
        if duty.override:
            roles = [say.of(self.library.roles[role].title) for role in duty.override]
            yield say("override", roles=", ".join(roles))

    def limit(self, within: Within) -> str:
        length, start = self.conditions.length(within.parameter), within.start
        if start in ("duty", "act"):
            limit = self.speech(f"from.{start}", length=length)
        else:
            known = self.library.facts.get(start) or self.library.derived[start]
            limit = self.speech("from.fact", length=length, title=self.speech.of(known.title))
        return self.speech("warn", limit=limit, length=self.conditions.length(within.warn)) if within.warn else limit

    def _first(self) -> str:
        duty, say = self.duty, self.speech
        rest = self._demand()
        if duty.makes_good is not None:
            failed = say("failed", title=say.of(self.library.duties[duty.makes_good].title))
            rest = say("each", act=failed, rest=rest)
        elif duty.after is not None:
            rest = say("each", act=lowered(say.of(self.library.acts[duty.after].title)), rest=rest)
        if duty.when is None:
            return rest
        key = "if_listed" if self.conditions.is_listed(duty.when) else "if"
        return say(key, when=self.conditions.say(duty.when), rest=rest)

    def _demand(self) -> str:
        duty, say = self.duty, self.speech
        if duty.always is not None:
            return say("always", when=self.conditions.say(duty.always))
        act = self._to(str(duty.act))
        if duty.form == "must":
            return say("must", act=act, before=self._to(duty.before))
        said = say("never", act=act)
        if duty.without:
            said = say("without", rest=said, acts=say.listed(map(self._to, duty.without), "and"))
        if duty.unless is not None:
            said = say("or_unless" if duty.without else "unless", rest=said, when=self.conditions.say(duty.unless))
        return said

    def _to(self, act: str) -> str:
        """What doing an act is called; its title where content gives no such words."""
        known = self.library.acts[act]
        return self.speech.of(known.to) or self.speech("act", title=self.speech.of(known.title))

    def _on_record(self, act: str) -> str:
        return self.speech.quoted(self.speech.of(self.library.acts[act].title))

    def _may_be_unknown(self) -> bool:
        conditions = [self.duty.when, *(exception.when for exception in self.duty.exceptions)]
        return any(self.conditions.may_be_unknown(one) for one in conditions if one is not None)
