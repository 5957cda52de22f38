"""Who may do what: one place, deny by default. Roles and what they may are content; the actions are ours."""

from __future__ import annotations

from collections.abc import Callable

from engine.expressions import Expression
from engine.library import Library, Role
from engine.model import Person, Refusal, Task

Holds = Callable[[Expression], bool | None]
"""Whether a condition is true of a case; None while that is not known."""
ACTIONS = frozenset(
    {
        "case.open",
        "case.read",
        "task.work",
        "facts.record",
        "fact.correct",
        "stuck.free",
        "trail.read",
        "board.read",
        "content.check",
        "content.drill",
        "people.manage",
        "centres.manage",
        "shift.own",
        "rota.plan",
    }
)
ANSWER_LATER = "task.work"
"""What a role must be allowed to do to answer later what its own forms left out."""
IDENTITY_READ = "identity.read"
"""No word of `may`: a role may that reads cases and sees a group that is kept apart."""
MANAGING = frozenset({"people.manage", "centres.manage"})
"""What only those may do who see no case: whoever gives roles could else give themselves any sight."""


def roles_that_may(library: Library, person: Person, centre: str, action: str) -> frozenset[str]:
    """The person's roles at this centre that may do the action; empty when none may."""
    held = person.roles_at(centre)
    return frozenset(id for id in held if id in library.roles and action in library.roles[id].may)


def actions_of(library: Library, person: Person) -> frozenset[str]:
    """Everything that the person may do at one centre or another."""
    held = {role for centre in person.centres for role in person.roles_at(centre)}
    roles = [library.roles[role] for role in held if role in library.roles]
    reads = any("case.read" in role.may and _may_see_identity(library, role) for role in roles)
    return frozenset(action for role in roles for action in role.may) | ({IDENTITY_READ} if reads else frozenset())


def _may_see_identity(library: Library, role: Role) -> bool:
    """Whether the role sees, of this case or of that one, who the survivor is."""
    return any(library.groups[group].apart for group in role.sees | role.sees_when.keys())


def require(library: Library, person: Person, centre: str, action: str) -> frozenset[str]:
    """The roles by which the person may; raises Refusal 403 when there is none."""
    roles = roles_that_may(library, person, centre, action)
    if not roles:
        raise Refusal("not_yours", "Your role at this centre does not include this", status=403)
    return roles


def require_task(library: Library, person: Person, task: Task, centre: str) -> None:
    """Raises Refusal unless the person holds the task's role at the case's centre."""
    if not person.roles_at(centre):
        raise not_found()
    if task.role not in roles_that_may(library, person, centre, "task.work"):
        raise Refusal("not_yours", "This task belongs to another role", status=403)


def groups_seen(library: Library, person: Person, centre: str, holds: Holds | None = None) -> frozenset[str]:
    """The field groups that the person's roles at this centre see. `holds` says whether a condition is true of the
    case; without it, what is seen only under a condition is not seen."""
    roles = [library.roles[id] for id in person.roles_at(centre) if id in library.roles]
    seen: set[str] = set()
    for role in roles:
        seen |= role.sees
        if holds is not None:
            seen |= {group for group, when in role.sees_when.items() if holds(when) is True}
    return frozenset(seen)


def not_found() -> Refusal:
    """One answer for what is not there and for what is not theirs to know."""
    return Refusal("not_found", "There is nothing here for you. Check the code, or ask your coordinator.", status=404)
