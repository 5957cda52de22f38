"""What administrators do with centres: add them, change their name, time zone and kind; each an entry of its chain."""

from __future__ import annotations

import re
from datetime import datetime
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from engine.entries import entry
from engine.model import Centre, Problem, Refusal
from engine.store.contract import Store
from engine.store.errors import CentreChanged
from web.names import clean_name
from web.throttle import digest

KINDS = ("fixed", "mobile", "camp")
_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
RESERVED = frozenset({"new"})
"""Words of the pages of centres themselves: the page of a centre of that name could not be opened."""
LONGEST_NAME = 100
NEAR = 3
"""Time zones that are suggested for one that is not known."""
CUTOFF = 0.7


@cache
def zones() -> tuple[str, ...]:
    """The time zones that a place has, such as Africa/Kigali."""
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")))


def near_zones(written: str) -> tuple[str, ...]:
    """The few zones that somebody may have meant: of a town of that name, or written nearly so."""
    wanted = "_".join(written[:LONGEST_NAME].casefold().split())
    known = {zone.casefold(): zone for zone in zones()}
    town = wanted.rpartition("/")[2]
    towns = [zone for zone in known if zone.rpartition("/")[2] == town]
    close = dict.fromkeys([*towns, *get_close_matches(wanted, known, n=NEAR, cutoff=CUTOFF)])
    return tuple(known[zone] for zone in close)[:NEAR]


def seen_as(centre: Centre) -> str:
    """A mark of the centre as somebody saw it: two people must not overwrite each other's change unknowingly."""
    return digest("\x1f".join((centre.id, centre.name, centre.zone, centre.kind)))[:16]


class Centres:
    """Centres over the store. `by` is the id of who asks."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, id: str) -> Centre:
        """Raises Refusal `no_such_centre` (404)."""
        centre = self._store.centres().get(id)
        if centre is None:
            raise Refusal("no_such_centre", f"There is no centre {id}", status=404)
        return centre

    def add(self, by: str, centre: Centre, now: datetime) -> Centre:
        """A new centre; its id is for ever. Raises Refusal with the problem's field."""
        if not _ID.fullmatch(centre.id):
            raise _refusal("id", "bad_centre_id", "Use 2 to 40 small letters, digits and hyphens, such as kigali-1")
        if centre.id in RESERVED:
            raise _refusal("id", "reserved_centre_id", f"The word {centre.id} is taken by a page. Choose another word")
        centre = self._checked(centre, None)
        try:
            self._store.change_centre(centre, None, [entry("centre.added", now, by, centre.id)])
        except CentreChanged:
            raise _refusal(
                "id", "centre_taken", f"There is a centre {centre.id} already. Choose another word"
            ) from None
        return centre

    def change(self, by: str, centre: Centre, seen: str, now: datetime) -> bool:
        """Whether anything changed. Raises Refusal `centre_changed` (409) when it is no longer as it was `seen`."""
        was = self.get(centre.id)
        centre = self._checked(centre, was)
        if seen != seen_as(was):
            raise _changed()
        fields = [name for name in ("kind", "name", "zone") if getattr(was, name) != getattr(centre, name)]
        if fields:
            told = entry("centre.changed", now, by, centre.id, fields=",".join(fields))
            try:
                self._store.change_centre(centre, was, [told])
            except CentreChanged:
                raise _changed() from None
        return bool(fields)

    def _checked(self, centre: Centre, before: Centre | None) -> Centre:
        """The same, clean; the name and the zone that a centre had `before` may stay."""
        name = clean_name(centre.name, before.name if before else None)
        if not 0 < len(name) <= LONGEST_NAME:
            raise _refusal("name", "bad_centre_name", f"Give a name of at most {LONGEST_NAME} characters")
        others = {each.name.casefold() for each in self._store.centres().values() if each.id != centre.id}
        if name.casefold() in others:
            raise _refusal(
                "name", "centre_name_taken", "Another centre has this name. People could not tell them apart"
            )
        if centre.zone not in zones() and (before is None or centre.zone != before.zone):
            raise _refusal("zone", "bad_zone", "Choose the time zone of the place, such as Africa/Kigali")
        if centre.kind not in KINDS:
            raise _refusal("kind", "bad_kind", f"Choose one of {', '.join(KINDS)}")
        return Centre(centre.id, name, centre.zone, centre.kind)


def _changed() -> Refusal:
    why = "Somebody changed this centre meanwhile. Look at it as it is now, then change it again"
    return Refusal("centre_changed", why, status=409)


def _refusal(field: str, code: str, why: str) -> Refusal:
    return Refusal(code, why, problems=(Problem(field, code, why),))
