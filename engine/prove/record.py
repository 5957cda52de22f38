"""The proof record: of each duty the verdict, what it cost, what was looked at, and the hash of what it depends on.

As a file it is JSON: `docs/proofs/<pack>.json` is that of the shipped content, `isange check --record FILE` writes one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from engine.checks.report import DutyVerdict, Progress, Verdict, Witness
from engine.library import DutySeverity
from engine.prove.proving import Looked

SHAPE = 1
"""The version of the file."""


class RecordError(ValueError):
    """This is no proof record; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class DutyProof:
    """`key` is the hash of all that the verdict depends on; `states` how many places a case can stand at were told
    apart, and `spent` the steps of work. `looked` are the processes and names that had to be followed to find it,
    `assumes` what the verdict takes for granted besides what every proof does (docs/proof.md)."""

    verdict: DutyVerdict
    key: str
    looked: Looked = Looked()
    states: int = 0
    spent: int = 0
    most: int = 0
    assumes: tuple[str, ...] = ()
    drill: str = ""
    accepted: str = ""
    accepted_by: str = ""

    def to_json(self) -> dict[str, Any]:
        return {
            **self.verdict.to_json(),
            "key": self.key,
            "processes": list(self.looked.processes),
            "names": sorted(self.looked.names),
            "states": self.states,
            "spent": self.spent,
            "most": self.most,
            "assumes": list(self.assumes),
            "drill": self.drill,
            "accepted": self.accepted,
            "accepted_by": self.accepted_by,
        }


@dataclass(frozen=True, slots=True)
class ProofRecord:
    """All proofs of one edition. `checker` is the hash of the prover, `inputs` those of the folders that the edition
    was read from, `vocabulary` that of the words in which cases are told."""

    edition: str
    jurisdiction: str
    checker: str
    vocabulary: str
    inputs: Mapping[str, str]
    proofs: Mapping[str, DutyProof]

    @property
    def verdicts(self) -> tuple[DutyVerdict, ...]:
        return tuple(proof.verdict for proof in self.proofs.values())

    def to_json(self) -> dict[str, Any]:
        return {
            "shape": SHAPE,
            "edition": self.edition,
            "jurisdiction": self.jurisdiction,
            "checker": self.checker,
            "vocabulary": self.vocabulary,
            "inputs": dict(self.inputs),
            "duties": [proof.to_json() for proof in self.proofs.values()],
        }


def write_record(record: ProofRecord) -> str:
    """The record as a file."""
    return json.dumps(record.to_json(), indent=1, ensure_ascii=False) + "\n"


def read_record(text: str | bytes) -> ProofRecord:
    """The record in a file. Raises RecordError."""
    try:
        return _record(json.loads(text))
    except RecordError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordError("Expected a proof record as `isange check --record` writes it") from error


def _record(data: Mapping[str, Any]) -> ProofRecord:
    if data["shape"] != SHAPE:
        raise RecordError("The proof record is of another version of Isange: make it anew with `isange check --record`")
    texts = {name: _text(data[name]) for name in ("edition", "jurisdiction", "checker", "vocabulary")}
    inputs = {_text(folder): _text(hash) for folder, hash in data["inputs"].items()}
    return ProofRecord(**texts, inputs=inputs, proofs={proof.verdict.id: proof for proof in _proofs(data["duties"])})


def _proofs(duties: list[Mapping[str, Any]]) -> Iterator[DutyProof]:
    for said in duties:
        if said["status"] not in ("proved", "broken", "unproved"):
            raise RecordError(f"A duty is proved, broken or unproved, but one is {str(said['status'])[:40]!r}")
        verdict = DutyVerdict(
            id=_text(said["id"]),
            status=cast(Verdict, said["status"]),
            severity=cast(DutySeverity, _text(said["severity"])),
            ms=float(said["ms"]),
            because=_text(said["because"]),
            path=_texts(said["path"]),
            witness=_witness(said["witness"]),
            story=_texts(said["story"]),
            vacuous=bool(said["vacuous"]),
            progress=cast(Progress, _text(said["progress"])),
            walk=tuple(_texts(passed) for passed in said["walk"]),
        )
        looked = Looked(_texts(said["processes"]), frozenset(_texts(said["names"])))
        yield DutyProof(
            verdict,
            key=_text(said["key"]),
            looked=looked,
            states=int(said["states"]),
            spent=int(said["spent"]),
            most=int(said["most"]),
            assumes=_texts(said["assumes"]),
            drill=_text(said["drill"]),
            accepted=_text(said["accepted"]),
            accepted_by=_text(said["accepted_by"]),
        )


def _witness(said: Mapping[str, Any] | None) -> Witness | None:
    if said is None:
        return None
    return {_text(name): tuple(value) if isinstance(value, list) else value for name, value in said.items()}


def _texts(said: list[Any]) -> tuple[str, ...]:
    return tuple(_text(item) for item in said)


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(f"Expected text, but got {type(said).__name__}")
    return said
