"""Why a step is not possible now: what of its precondition does not hold, in words, cut to what the person may know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.expressions import And, Compare, Expression, Literal_, Name, Or, Unset, names
from engine.library import LANGUAGES
from engine.model import CASE_SCOPE, CaseFile
from engine.questions.need import Need
from engine.questions.reader import Reader
from engine.saying.conditions import Conditions
from engine.saying.phrases import Speech
from engine.saying.titles import title_of
from engine.views import Because


def blocked(
    reader: Reader, file: CaseFile, requires: Expression | None, need: Need, scope: str = CASE_SCOPE
) -> Because | None:
    """What must come about before a step or form that requires this is possible; None when it is."""
    sight = reader.sight(file, scope)
    if requires is None or sight.holds(requires) is True:
        return None
    failing = [part for part in _parts(requires) if sight.holds(part) is not True]
    said = {language: _Saying(reader, file, need, language) for language in LANGUAGES}
    sentence = {language: "; ".join(dict.fromkeys(map(say.part, failing))) for language, say in said.items()}
    return Because(sentence, cite="", verified=True)


def _parts(condition: Expression) -> tuple[Expression, ...]:
    return condition.items if isinstance(condition, And) else (condition,)


def _still_possible(condition: Expression) -> Expression:
    """The ways that are left: what is answered is never unanswered again."""
    ways = condition.items if isinstance(condition, Or) else (condition,)
    left = tuple(way for way in ways if not isinstance(way, Unset) or way.negated)
    return Or(left) if len(left) > 1 else left[0] if left else condition


class _Saying:
    """Says in one language what must come about."""

    def __init__(self, reader: Reader, file: CaseFile, need: Need, language: str) -> None:
        self.reader = reader
        self.file = file
        self.need = need
        self.speech = Speech(language)
        self.conditions = Conditions(reader.library, self.speech, reader.now.date())

    def part(self, condition: Expression) -> str:
        """One part; of what is counted, each that is counted."""
        match condition:
            case Compare(Name("case.processes_running"), "==", Literal_(0)):
                return self.speech("over", what=self._titles("process", self._running()))
            case Compare(Name("case.duties_owed"), "==", Literal_(0)):
                return self.speech("settled", what=self._titles("duty", self._owed()))
            case Compare(Name(name), "!=", Literal_("owed")) if name.startswith("duty."):
                return self.speech("settled", what=self._titles("duty", [name.removeprefix("duty.")]))
        if all(map(self._known, names(condition))):
            return self.conditions.say(_still_possible(condition))
        return self.speech("unseen")

    def _titles(self, kind: str, ids: Iterable[str]) -> str:
        named = [f"{kind}.{id}" for id in ids]
        titles = (title_of(self.reader.library, name) if self._known(name) else None for name in named)
        said = [self.speech("unseen") if title is None else self.speech.of(title) for title in titles]
        return ", ".join(dict.fromkeys(said))

    def _known(self, name: str) -> bool:
        """Whether the person may know how this stands: what must come about tells of what is."""
        kind, _, id = name.partition(".")
        match kind:
            case "process":
                return self.need.process(id)
            case "duty":
                return self.need.duty_of(id)
            case "clock":
                return self.need.element(id)
            case "now":
                return self.need.fact(id)
            case "act" | "case":
                return True
        derived = self.reader.library.derived.get(name)
        if derived is not None:
            return derived.group in self.need.groups
        return name in self.reader.library.parameters or self.need.fact(name)

    def _running(self) -> Iterator[str]:
        """The services under way, in the order of the content."""
        pathway = self.reader.library.pathway
        running = {process.key for process in self.file.processes if process.status == "running"}
        return (key for key in pathway.diagrams if key in running - {pathway.main, pathway.reopened})

    def _owed(self) -> Iterator[str]:
        owed = {duty.rule for duty in self.file.duties if duty.open}
        return (rule for rule in self.reader.library.duties if rule in owed)
