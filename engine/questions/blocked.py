"""Why a step is not possible now: what of its precondition does not hold, in words, cut to what the person may know."""

from __future__ import annotations

from collections.abc import Iterator

from engine import expressions
from engine.expressions import And, Expression
from engine.library import LANGUAGES
from engine.model import CaseFile, Task, Text
from engine.questions.need import Need
from engine.questions.reader import Reader
from engine.saying import PHRASES
from engine.saying.titles import title_of
from engine.views import Because

UNSEEN = "unseen"


def blocked(reader: Reader, file: CaseFile, task: Task, need: Need) -> Because | None:
    """What stands in the way of completing the task; None when nothing does."""
    requires = reader.flows.element(task.element).requires
    sight = reader.sight(file, task.scope)
    if requires is None or sight.holds(requires) is True:
        return None
    failing = [part for part in _parts(requires) if sight.holds(part) is not True]
    names = sorted({name for part in failing for name in expressions.names(part)})
    titles = [title for name in names for title in _titles(reader, file, need, name)]
    return Because(
        {language: "; ".join(dict.fromkeys(title.get(language, "") for title in titles)) for language in LANGUAGES},
        cite="",
        verified=True,
    )


def _parts(condition: Expression) -> tuple[Expression, ...]:
    return condition.items if isinstance(condition, And) else (condition,)


def _titles(reader: Reader, file: CaseFile, need: Need, name: str) -> Iterator[Text]:
    """What one name stands for here: of what is counted, each that is counted. Lengths and limits are nobody's to
    mend."""
    library, (prefix, _, rest) = reader.library, name.partition(".")
    if name in library.parameters:
        return
    if name == "case.processes_running":
        yield from (_seen(need.process(key), title_of(library, f"process.{key}")) for key in _running(reader, file))
    elif name == "case.duties_owed":
        owed = (duty for duty in file.duties if duty.open)
        yield from (_seen(need.duty(duty), title_of(library, f"duty.{duty.rule}")) for duty in owed)
    elif prefix == "duty":
        yield _seen(need.duty_of(rest), title_of(library, name))
    elif prefix == "process":
        yield _seen(need.process(rest), title_of(library, name))
    else:
        yield title_of(library, name)


def _running(reader: Reader, file: CaseFile) -> Iterator[str]:
    """The services under way, in the order of the content."""
    pathway = reader.library.pathway
    running = {process.key for process in file.processes if process.status == "running"}
    return (key for key in pathway.diagrams if key in running - {pathway.main, pathway.reopened})


def _seen(known: bool, title: Text) -> Text:
    return title if known else PHRASES[UNSEEN]
