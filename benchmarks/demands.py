"""Duties for a pathway that was made (models.py): the forms of the language in turn, over acts that the steps do.

Every other one is meant to be kept by what was drawn: before an act stands one that every case comes by first, `unless`
names the answer that the act stands behind. The others take acts and answers as they come. Whether either is so is for
the provers to say: nothing is left out because of what they do.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

DUTIES = 20


@dataclass(frozen=True)
class Spot:
    """Where the pen is: in which branch, behind which choices, and what is known there."""

    branch: int = -1
    behind: tuple[str, ...] = ()
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """An act as it was drawn: where, how many steps were drawn before, and whether every case comes by."""

    act: str
    spot: Spot
    at: int

    @property
    def always(self) -> bool:
        return not self.spot.behind


def duties(drawn: list[Done], facts: list[str], dice: random.Random) -> list[dict[str, Any]]:
    """What the duties say of the acts as they were drawn and the questions as they were asked, in order."""
    said, says = [], dict[str, Any]()
    for number in range(DUTIES):
        kept = number % 2 == 0
        first, second = sorted(dice.sample(drawn, 2), key=lambda one: one.at)
        name, other = dice.sample(facts, 2)
        match number // 2 % 5:
            case 0:  # one act before another
                early = [one for one in drawn if one.always and one.at < second.at]
                one = dice.choice(early) if kept and early else first
                says = {"never": second.act, "without": [one.act]}
            case 1:  # only while an answer stands
                behind = [one for one in drawn if one.spot.behind and not one.spot.behind[-1].startswith("not")]
                one = dice.choice(behind) if kept and behind else second
                says = {"never": one.act, "unless": one.spot.behind[-1] if kept and behind else name}
            case 2:  # before the end, or before another act
                surely = [one for one in drawn if one.always]
                one = dice.choice(surely) if kept and surely else first
                later = [] if number % 4 else [late for late in drawn if late.at > one.at]
                says = {"must": one.act, "when": [name, other]}
                says |= {"before": dice.choice(later).act} if later else {}
            case 3:  # as an answer to another act
                surely = [one for one in drawn if one.always and one.at > first.at]
                says = {"must": dice.choice(surely).act if kept and surely else second.act, "after": first.act}
            case _:  # whatever happens
                before, after = sorted((name, other), key=facts.index)
                says = {"always": f"{before} is not unset", "when": [after]}
                says = says if kept else {"always": f"not {name} or {other}"}
        if "when" not in says and dice.random() < 0.4:
            says["when"] = [dice.choice(facts)]
        said.append({**says, "if_unknown": dice.choice(("broken", "ignore"))})
    return said
