"""How one process runs on, step by step, until all its tokens rest (prove.md 3.1: the contract of each element)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple, NoReturn, cast

from engine.library import Element, Library
from engine.prove.acting import Acting
from engine.prove.focus import Focus
from engine.prove.net import WAITING, Marking, Net, Token, marking, within
from engine.prove.skipping import Skipping
from engine.prove.standing import RUNNING, Cases, Control, Report, add
from engine.prove.writing import Writing


class _Run(NamedTuple):
    """Tokens at rest, tokens still to be moved, and the case around them."""

    rest: Marking
    moving: tuple[Token, ...]
    control: Control

    def on(self, *tokens: Token) -> _Run:
        return _Run(self.rest, (*tokens, *self.moving), self.control)


class _Depends(Exception):
    """What is found out hangs on something that was left open for it."""


class _Anywhere:
    """Stands for all of a case but the tokens that move. Where these come to rest mostly hangs on nothing else, so that
    it is found out once, and not again for each way in which the case may stand."""

    def __getattr__(self, name: str) -> NoReturn:
        raise _Depends

    def __getitem__(self, key: object) -> NoReturn:
        raise _Depends


ANYWHERE = cast(Control, _Anywhere())
OTHERS = Token((), "")
"""Stands in the same way for all tokens at rest beside those that move."""


def _with_others(found: Marking, others: Marking) -> Marking:
    """Where tokens came to rest, with the others as they are."""
    return marking((*others, *found[1:])) if found[:1] == (OTHERS,) else found


class _Ran(NamedTuple):
    """Where tokens come to rest, each with how the case stands then and the valuations (0: all there were); whether
    one may be stuck on the way, what was met, and what is hidden of it all."""

    rests: tuple[tuple[Marking, Control, int], ...]
    stuck: bool
    report: Report
    hidden: frozenset[str]


class Running:
    """The running of the processes of one focus. In parallel branches every order of steps is followed."""

    def __init__(self, library: Library, net: Net, focus: Focus, writing: Writing, acting: Acting) -> None:
        self.library = library
        self.net = net
        self.processes = focus.processes
        self.skipping = Skipping(library, net, focus)
        self.writing = writing
        self.acting = acting
        self.data = writing.data
        self._ran: dict[Hashable, _Ran | None] = {}

    def begin(self, report: Report, control: Control, valuations: int, index: int) -> Cases:
        """A process starts and runs until it rests; where it cannot, it has not begun."""
        moving = tuple(self.net.start(self.processes[index]))
        started = control.at(index, (), RUNNING)
        before, valuations = valuations, self._stood(valuations, index, control, started)
        return self._run(report, (control, before), started, valuations, index, (), moving)

    def leave(self, report: Report, control: Control, valuations: int, index: int, token: Token) -> Cases:
        """A person has done the step at which a token rests; where the process cannot go on, it stays there."""
        rest = self._without(control, index, token)
        return self._run(report, (control, valuations), control, valuations, index, rest, tuple(self._onward(token)))

    def fire(self, report: Report, control: Control, valuations: int, index: int, token: Token, event: str) -> Cases:
        """An event fires where a token rests: the event itself, or one at the border of the step."""
        element = self.net.elements[event]
        rest = self._without(control, index, token)
        if element.attached_to is not None and element.interrupting:
            inside = (*token.path, token.element)
            rest = tuple(other for other in rest if not within(other, inside))
        elif element.attached_to is not None:
            rest = (*rest, token._replace(rest=tuple(item for item in token.rest if item != event)))
        found: Cases = {}
        for after, left in self.acting.do(report, control, valuations, element.acts, event):
            moving = tuple(self._onward(Token(token.path, event)))
            for stands, here in self._run(report, (control, valuations), after, left, index, rest, moving).items():
                add(found, stands, here)
        return found

    def _without(self, control: Control, index: int, token: Token) -> Marking:
        rest = list(control.markings[index])
        rest.remove(token)
        return tuple(rest)

    def _run(
        self,
        report: Report,
        before: tuple[Control, int],
        control: Control,
        valuations: int,
        index: int,
        rest: Marking,
        moving: tuple[Token, ...],
        *,
        apart: bool = True,
    ) -> Cases:
        """Moves tokens until all rest. Where the engine would be stuck, the case stays as it was before. Where other
        processes stand makes no difference to it, and other tokens of its own seldom do while it runs `apart`."""
        if not valuations:
            return {}
        others = marking(rest)
        ran = self._ran_from(control, valuations, index, others, moving, apart=apart)
        report.take(ran.report)
        self.data.hidden |= ran.hidden
        found: Cases = {}
        for own, after, left in ran.rests:
            here = left or valuations
            tokens = _with_others(own, others)
            if after is ANYWHERE:
                stands = control.at(index, tokens, RUNNING)
            else:
                stands = Control(control.marked(index, tokens), *after[1:])
            join = self._joining(own, tokens)
            if join is None:
                add(found, stands, here)
                continue
            still = list(tokens)
            still.remove(join)
            joined = self._run(report, before, stands, here, index, tuple(still), (join,), apart=False)
            for other, there in joined.items():
                add(found, other, there)
        if ran.stuck:
            add(found, *before)
        return found

    def _joining(self, own: Marking, whole: Marking) -> Token | None:
        """A token that came to a join apart, if that is complete now that the others are there."""
        if own[:1] == (OTHERS,):
            for token in own[1:]:
                if self.net.elements[token.element].kind == "parallel" and self._complete(whole, token):
                    return token
        return None

    def _ran_from(
        self, control: Control, valuations: int, index: int, others: Marking, moving: tuple[Token, ...], *, apart: bool
    ) -> _Ran:
        """Where tokens come to rest, with as little as possible told apart for it: at first neither what is known nor
        how the case stands, then what is known, then both; and other tokens of the process only where they matter."""
        rest = (OTHERS,) if others and apart else others
        from_ = index, rest, moving
        ran = (
            self._known((from_, 0), ANYWHERE, 0, *from_)
            or self._known((from_, valuations), ANYWHERE, valuations, *from_)
            or self._known((from_, valuations, control[1:]), control, valuations, *from_)
        )
        return ran or self._ran_from(control, valuations, index, others, moving, apart=False)

    def _known(
        self, key: Hashable, control: Control, valuations: int, index: int, rest: Marking, moving: tuple[Token, ...]
    ) -> _Ran | None:
        """None when it hangs on what is left open here; without valuations, whatever is known is left open."""
        if key not in self._ran:
            try:
                self._ran[key] = self._through(control, valuations, index, rest, moving)
            except _Depends:
                self._ran[key] = None
        return self._ran[key]

    def _through(self, control: Control, valuations: int, index: int, rest: Marking, moving: tuple[Token, ...]) -> _Ran:
        """Where tokens come to rest, in every order of steps that makes a difference. Raises _Depends."""
        report, stuck = Report(), False
        found: dict[tuple[Marking, Control], int] = {}
        seen: dict[_Run, int] = {}
        todo = {_Run(rest, moving, control): valuations or 1}
        with self.data.reading() as hidden:
            while todo:
                run = next(iter(todo))
                here = todo.pop(run) & ~seen.get(run, 0)
                if not here:
                    continue
                seen[run] = seen.get(run, 0) | here
                if not run.moving:
                    after, here = self._rests(run.control, index, run.rest, here)
                    found[run.rest, after] = found.get((run.rest, after), 0) | here
                    continue
                for token in self._next_to_move(run.moving):
                    if not valuations and not self._is_plain(token.element):
                        raise _Depends
                    others = list(run.moving)
                    others.remove(token)
                    for moved, left in self._move(report, _Run(run.rest, tuple(others), run.control), token, here):
                        todo[moved] = todo.get(moved, 0) | left
                    stuck = stuck or bool(report.stuck.get(token.element, 0) & here)
        if stuck and not valuations:
            raise _Depends
        rests = tuple((own, after, here if valuations else 0) for (own, after), here in found.items())
        return _Ran(rests, stuck, report.kept(), self.data.kept(hidden))

    def _rests(self, control: Control, index: int, rest: Marking, valuations: int) -> tuple[Control, int]:
        if rest:
            return (control if control is ANYWHERE else control.at(index, rest, RUNNING)), valuations
        ended = control.at(index, (), "done")
        return ended, self._stood(valuations, index, control, ended)

    def _stood(self, valuations: int, index: int, before: Control, after: Control) -> int:
        return self.writing.stand(valuations, f"process.{self.processes[index]}", before, after)

    def _is_plain(self, element: str) -> bool:
        """Whether nothing that is followed is read, written or done by a step, or it waits."""
        return self.net.elements[element].kind in WAITING or self.skipping.commutes(element)

    def _next_to_move(self, moving: tuple[Token, ...]) -> Iterable[Token]:
        """Each token in turn; only one where the order makes no difference (prove.md 3.4)."""
        for token in moving:
            if self.skipping.commutes(token.element):
                return (token,)
        return dict.fromkeys(moving)

    def _move(self, report: Report, run: _Run, token: Token, valuations: int) -> Iterator[tuple[_Run, int]]:
        element = self.net.elements[token.element]
        if self.skipping.fades(element.id):
            for after in self._over(run, token):
                yield after, valuations
            return
        if element.kind in WAITING and self.skipping.passes(element.id):
            yield from self._skip(run, token, valuations)
            return
        if element.kind in WAITING:
            resting = Token(token.path, token.element, self._armed(element.id))
            yield _Run(marking((*run.rest, resting)), run.moving, run.control), valuations
            return
        if element.kind in ("call", "subprocess"):
            attached = self.net.attached.get(element.id)
            waits = (Token(token.path, token.element, self._armed(element.id)),) if attached else ()
            yield _Run(marking((*run.rest, *waits)), run.moving, run.control).on(*self.net.entered(token)), valuations
            return
        if element.kind == "parallel" and token.rest and not self._complete(run.rest, token):
            if run.rest[:1] == (OTHERS,) and run.moving:
                raise _Depends  # others may complete it before the next token moves
            yield _Run(marking((*run.rest, token)), run.moving, run.control), valuations
            return
        yield from self._pass(report, run, token, element, valuations)

    def _skip(self, run: _Run, token: Token, valuations: int) -> Iterator[tuple[_Run, int]]:
        """Every way on from a step that is not stopped at; a non-interrupting event goes on beside it, or not."""
        plain = Token(token.path, token.element)
        yield run.on(*self._onward(plain)), valuations
        for event in self.net.attached.get(token.element, ()):
            beside = tuple(self._onward(Token(token.path, event.id)))
            yield (run.on(*beside) if event.interrupting else run.on(*beside, *self._onward(plain))), valuations

    def _complete(self, rest: Marking, token: Token) -> bool:
        """Whether all other branches have come to a join."""
        others = {other.rest for other in rest if other[:2] == token[:2]}
        return all((flow,) in others for flow in self.net.incoming[token.element] if (flow,) != token.rest)

    def _pass(
        self, report: Report, run: _Run, token: Token, element: Element, valuations: int
    ) -> Iterator[tuple[_Run, int]]:
        for after, here in self._ways(report, run, token, element, valuations):
            if not element.acts:
                yield after, here
                continue
            for control, left in self.acting.do(report, after.control, here, element.acts, element.id):
                yield _Run(after.rest, after.moving, control), left

    def _ways(
        self, report: Report, run: _Run, token: Token, element: Element, valuations: int
    ) -> Iterator[tuple[_Run, int]]:
        """The ways on from a step that does not wait."""
        match element.kind:
            case "end" | "terminate":
                for after in self._end(run, token, element):
                    yield after, valuations
            case "exclusive":
                yield from self._choose(report, run, token, element, valuations)
            case "rule":
                for here in self._decide(report, run.control, element, valuations):
                    yield run.on(*self._onward(token)), here
            case "parallel" if token.rest:
                rest = list(run.rest)
                for flow in self.net.incoming[element.id]:
                    if (flow,) != token.rest:
                        rest.remove(Token(token.path, token.element, (flow,)))
                yield _Run(tuple(rest), run.moving, run.control).on(*self._onward(token)), valuations
            case _:
                yield run.on(*self._onward(token)), valuations

    def _armed(self, element: str) -> tuple[str, ...]:
        """The events that may still fire beside a step, but for those of which nothing can come."""
        return tuple(event for event in self.net.armed(element) if not self.skipping.fades(event))

    def _end(self, run: _Run, token: Token, element: Element) -> list[_Run]:
        """A token is gone; what stands around it ends with its last token, or at once when it is terminated."""
        if element.kind == "end":
            return self._over(run, token)
        if run.rest[:1] == (OTHERS,):
            raise _Depends
        rest = tuple(other for other in run.rest if not within(other, token.path))
        moving = tuple(other for other in run.moving if not within(other, token.path))
        return [self._out(_Run(rest, moving, run.control), token.path)]

    def _over(self, run: _Run, token: Token) -> list[_Run]:
        """A token is gone, or nothing can come of it any more: then it may keep what is around it running for a while,
        as one for all of its kind."""
        if token.path and run.rest[:1] == (OTHERS,):
            raise _Depends  # they are in the same process: no more is known of them
        if any(within(other, token.path) for other in (*run.rest, *run.moving)):
            return [run]
        lingers = self.skipping.lingers(token.element)
        if lingers is None:
            return [self._out(run, token.path)]
        around, step = lingers
        stays = _Run(marking((*run.rest, Token((*token.path, *around), step))), run.moving, run.control)
        return [self._out(run, token.path), stays]

    def _out(self, run: _Run, scope: tuple[str, ...]) -> _Run:
        """What is around the steps of a scope goes on after the last of them."""
        if not scope:
            return run
        around = Token(scope[:-1], scope[-1])
        kept = tuple(other for other in run.rest if other[:2] != around[:2])
        return _Run(kept, run.moving, run.control).on(*self._onward(around))

    def _choose(
        self, report: Report, run: _Run, token: Token, element: Element, valuations: int
    ) -> Iterator[tuple[_Run, int]]:
        left = valuations
        for flow in self.net.outgoing[element.id]:
            if flow.condition is None or flow.is_default:
                continue
            outcomes = self.data.outcomes(flow.condition, run.control)
            left &= outcomes.not_true
            if valuations & outcomes.true:
                yield run.on(self._along(token.path, flow.id, flow.target)), valuations & outcomes.true
        default = [flow for flow in self.net.outgoing[element.id] if flow.condition is None or flow.is_default]
        if default and left:
            yield run.on(self._along(token.path, default[0].id, default[0].target)), left
        elif left:
            report.sticks(element.id, left)

    def _decide(self, report: Report, control: Control, element: Element, valuations: int) -> Iterator[int]:
        """The table's row fires; while it decides nothing, the process is stuck here."""
        table = self.library.tables.get(str(element.table))
        for fires, said in self.data.row_conditions(table) if table is not None else ():
            here = valuations & self.data.outcomes(fires, control).true
            if here and table is not None and said is not None:
                yield self.writing.put(here, table.output, said, control)
            elif here:
                report.sticks(element.id, here)

    def _onward(self, token: Token) -> Iterator[Token]:
        for flow in self.net.outgoing[token.element]:
            yield self._along(token.path, flow.id, flow.target)

    def _along(self, path: tuple[str, ...], flow: str, target: str) -> Token:
        """A token that comes to a join remembers by which flow."""
        element = self.net.elements[target]
        joins = element.kind == "parallel" and len(self.net.incoming[target]) > 1
        return Token(path, target, (flow,) if joins else ())
