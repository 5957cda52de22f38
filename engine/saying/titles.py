"""What people call the things that conditions read."""

from __future__ import annotations

from engine.library import Library
from engine.model import Text
from engine.saying.phrases import PHRASES


def title_of(library: Library, name: str) -> Text:
    """The title of a fact, a decision, an act, a service, a duty, a clock, a parameter, or of what is counted."""
    prefix, _, rest = name.partition(".")
    match prefix:
        case "case":
            return PHRASES[name]
        case "act":
            return library.acts[rest].title
        case "process":
            return library.pathway.diagrams[rest].title
        case "duty":
            return library.duties[rest].title
        case "clock":
            return library.clocks[rest].title
        case "now":
            return library.facts[rest].title
    if name in library.parameters:
        return library.parameters[name].title
    return library.derived[name].title if name in library.derived else library.facts[name].title
