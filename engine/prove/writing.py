"""What an accepted form, a correction, or time passing can make of a set of valuations."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import product
from typing import Any

from jsonschema import Draft202012Validator

from engine.checks.analysis.answers import condition, conditionals
from engine.expressions import Expression, names
from engine.library import Form, Library
from engine.model import Value
from engine.prove.classes import counts_to_now
from engine.prove.computed import Change, computed_of
from engine.prove.focus import NOW, Focus
from engine.prove.standing import Control

NONE: frozenset[str] = frozenset()
MOST_OPTIONAL = 3
"""Optional answers under conditions of which a proof takes each, given or not, as a case of its own."""
Demand = tuple[Mapping[str, Any], Expression]


class Writing:
    """The writing of facts within one focus: every valuation that may follow."""

    def __init__(self, library: Library, focus: Focus) -> None:
        self.library = library
        self.focus = focus
        self.data = focus.valuations
        self.computed = computed_of(library, focus, Writing)
        self._allowed: dict[tuple[str, str], tuple[int, ...]] = {}
        self._fitting: dict[str, int] = {}
        self._demands: dict[str, tuple[frozenset[str], list[Demand]]] = {}
        self._touched: dict[str, tuple[str, ...]] = {}
        self._accepted: dict[Hashable, int] = {}

    def possible(self) -> int:
        """Every valuation that can be."""
        valuations = self.data.space.all
        for name in self.focus.names:
            valuations &= self._fits(name)
        return valuations

    def start(self, control: Control) -> int:
        """A case of which nothing is known."""
        valuations = self.possible()
        for name in sorted(self.focus.names & set(self.library.facts)):
            valuations &= self.data.where(name, None)
        for name, computed in self.computed.items():
            valuations &= self.data.columns(name, computed.beginning(control))
        return valuations

    def put(self, valuations: int, name: str, value: Value, control: Control) -> int:
        """A fact has this value now, if the focus follows it."""
        if name in self.focus.names:
            valuations = self.data.put(valuations, name, value)
        return self._follow(
            valuations, name, ("put", name, value), lambda w, v: w.put(v, name, value, control), control
        )

    def some(self, valuations: int, name: str, control: Control) -> int:
        """A fact is known now, whichever value it has."""
        if name in self.focus.names:
            valuations = self.data.spread(valuations, name, self.data.known(name))
        return self._follow(valuations, name, ("some", name), lambda w, v: w.some(v, name, control), control)

    def correct(self, valuations: int, name: str, control: Control) -> int:
        """Another value of a fact that is known; the focus may only follow what is computed from it."""
        if name in self.focus.names:
            valuations &= ~self.data.where(name, None)
            valuations = self.data.spread(valuations, name, self.data.known(name))
        return self._follow(valuations, name, ("correct", name), lambda w, v: w.correct(v, name, control), control)

    def accept(self, valuations: int, form: Form, control: Control) -> int:
        """Any answers that the form accepts. What was not asked stays, and so does what is newer than an answer that
        came late (decision 16)."""
        touched = self._touches(form)
        computed = (self.computed.get(name) for name in touched)
        key = (form.id, valuations, *(one.standing(control) for one in computed if one is not None))
        found = self._accepted.get(key)
        if found is None:
            found = self._accepted[key] = self._accept(valuations, form, touched, control)
        return found

    def _touches(self, form: Form) -> tuple[str, ...]:
        """What follows from the answers of a form."""
        found = self._touched.get(form.id)
        if found is None:
            touched = dict.fromkeys(name for base in form.properties for name in self.focus.follows.get(base, ()))
            found = self._touched[form.id] = tuple(touched)
        return found

    def _accept(self, valuations: int, form: Form, touched: tuple[str, ...], control: Control) -> int:
        required, demands = self._demanding(form)
        read = frozenset().union(*(names(said) for _, said in demands))
        optional = sorted(read - required)
        accepted = 0
        for given in product((True, False), repeat=len(optional)):
            silent = frozenset(name for name, said in zip(optional, given, strict=True) if not said)
            here = self._answered(valuations, form, required, fresh=read - silent, kept=silent)
            accepted |= self._demanded(here, demands, silent, control)
        for late in sorted(read):
            known = valuations & ~self.data.where(late, None)
            accepted |= self._answered(known, form, required, kept=frozenset({late}))
        for name in touched:
            accepted = self._again(accepted, name, ("form", form.id), lambda w, v: w.accept(v, form, control), control)
        return accepted

    def _demanding(self, form: Form) -> tuple[frozenset[str], list[Demand]]:
        """What the form demands, always and under conditions on its own answers, as far as they are followed."""
        known = self._demands.get(form.id)
        if known is None:
            required = frozenset(form.schema.get("required", ())) & self.focus.names
            known = self._demands[form.id] = required, self._conditional(form, required)
        return known

    def _conditional(self, form: Form, required: frozenset[str]) -> list[Demand]:
        found: list[Demand] = []
        optional: frozenset[str] = frozenset()
        for part in conditionals(form.schema):
            said = condition(part["if"])
            asked = frozenset(part["if"].get("required", ()))
            if said is None or not names(said) <= self.focus.names & asked:
                continue
            if len(optional | (names(said) - required)) <= MOST_OPTIONAL:
                optional |= names(said) - required
                found.append((part, said))
        return found

    def _answered(
        self,
        valuations: int,
        form: Form,
        required: frozenset[str],
        fresh: frozenset[str] = NONE,
        kept: frozenset[str] = NONE,
    ) -> int:
        """Each name has a new value or keeps its own; those that are `fresh` have a new one, those `kept` their own."""
        for name, schema in form.properties.items():
            if name in self.focus.names and name not in kept:
                old = valuations & ~self.data.where(name, None) if name in required else valuations
                new = self.data.spread(valuations, name, self._classes(form, name, schema))
                valuations = new if name in fresh else new | old
        return valuations

    def _demanded(self, valuations: int, demands: list[Demand], silent: frozenset[str], control: Control) -> int:
        """What the form requires under conditions that are answered just now is answered, too, as far as it is seen how
        they are; a condition on what is not answered does not hold."""
        every = self.data.space.all
        for part, asked in demands:
            outcomes = self.data.outcomes(asked, control)
            surely, surely_not = outcomes.true & ~outcomes.not_true, outcomes.not_true & ~outcomes.true
            true, otherwise = (0, every) if names(asked) & silent else (surely, surely_not)
            for branch, here in (("then", true), ("else", otherwise)):
                for name in part.get(branch, {}).get("required", ()):
                    if name in self.focus.names:
                        valuations &= ~(here & self.data.where(name, None))
        return valuations

    def stand(self, valuations: int, base: str, before: Control, after: Control) -> int:
        """An act was done or a process stands otherwise: what is computed from that may have changed."""
        for name in self.focus.follows.get(base, ()):
            valuations = self._again(valuations, name, ("stand", base), lambda w, v: v, before, after)
        return valuations

    def _follow(self, valuations: int, base: str, why: Hashable, change: Change, control: Control) -> int:
        """What is computed from a name that changed may have changed, too."""
        for name in self.focus.follows.get(base, ()):
            valuations = self._again(valuations, name, why, change, control)
        return valuations

    def _again(
        self,
        valuations: int,
        name: str,
        why: Hashable,
        change: Change,
        before: Control,
        after: Control | None = None,
    ) -> int:
        """A name is computed again: as its inputs make it if they are known, else as they may."""
        computed = self.computed.get(name)
        if computed is None:
            return self.data.spread(valuations, name) & self._fits(name)
        leads = computed.leads(why, change, before, after or before)
        return self.data.moved(valuations, name, leads) & self._fits(name)

    def _fits(self, name: str) -> int:
        """Where a computed value is set or not as what it is computed from demands, as far as that is followed."""
        found = self._fitting.get(name)
        if found is None:
            found = self._fitting[name] = self._fitting_of(name)
        return found

    def _fitting_of(self, name: str) -> int:
        every = self.data.space.all
        derived = self.library.derived.get(name)
        if derived is None:
            return every
        read = [item for item in (*derived.of, derived.otherwise) if item is not None and item != "now"]
        if not all(item in self.focus.names or item in self.library.parameters for item in read):
            return every
        unset = {item: self.data.where(item, None) if item in self.focus.names else 0 for item in read}
        unset["now"] = 0
        if derived.kind == "first_of":
            missing = every
            for item in derived.of:
                missing &= unset[item]
        elif derived.kind in ("completed_years", "hours_between"):
            start, end = derived.of[0], derived.of[-1]
            instead = unset[derived.otherwise] if derived.otherwise else every
            missing = (unset[start] & instead) | (~unset[start] & every & unset[end])
        else:
            missing = 0
            for item in derived.of:
                missing |= unset[item]
        return every & ~(missing ^ self.data.where(name, None))

    def pass_time(self, valuations: int, control: Control) -> int:
        """Time has passed: ages and hours grow, a clock that is open may close, and what follows from them follows."""
        for name in self.focus.follows.get(NOW, ()):
            valuations = self._later(valuations, name, control)
        return valuations

    def _later(self, valuations: int, name: str, control: Control) -> int:
        if name.startswith("clock."):
            return valuations | self.data.put(valuations & self.data.where(name, "open"), name, "closed")
        if counts_to_now(self.library, name):
            return self.data.grown(valuations, name)
        return self._again(valuations, name, "time", lambda w, v: w.pass_time(v, control), control)

    def _classes(self, form: Form, name: str, schema: Mapping[str, Any]) -> tuple[int, ...]:
        """The classes of a name of which the form accepts a value."""
        key = (form.id, name)
        if key not in self._allowed:
            fact = self.library.facts.get(name)
            if fact is not None and fact.type == "choice":
                validator = Draft202012Validator(schema)
                said = {self.data.index_of(name, value) for value in fact.values if validator.is_valid(value)}
                self._allowed[key] = tuple(sorted(index for index in said if index is not None))
            else:
                self._allowed[key] = self.data.known(name)
        return self._allowed[key]
