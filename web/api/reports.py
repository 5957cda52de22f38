"""What checks and drills answer: the shapes that `isange check --json` and `isange drill --json` print."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from web.api.shapes import FactValue


class FindingShape(BaseModel):
    """One complaint about the content."""

    code: Annotated[str, Field(description="The page of docs/checks/ that explains it")]
    severity: Literal["error", "warning", "info"]
    message: str
    file: str
    line: int
    elements: Annotated[list[str], Field(description="The steps or items it is about")]
    path: Annotated[list[str], Field(description="The way to the first of them, by element")]
    witness: Annotated[dict[str, FactValue | None] | None, Field(description="A concrete case that shows it")]
    duty: str | None
    fix: Annotated[dict[str, str] | None, Field(description="What an editor could offer to do")]


class VerdictShape(BaseModel):
    """Whether the pathway can break a duty."""

    id: str
    status: Literal["proved", "broken", "unproved"]
    severity: Literal["block", "warn", "record"]
    ms: float
    because: str
    path: Annotated[list[str], Field(description="The elements that the case which broke it passed, in order")]
    witness: Annotated[dict[str, FactValue | None] | None, Field(description="The answers of that case that matter")]
    story: Annotated[list[str], Field(description="What was done, in sentences")]
    walk: Annotated[list[list[str]], Field(description="Of each sentence of the story, the elements passed meanwhile")]
    progress: Annotated[
        Literal["", "shown", "not shown", "lost"],
        Field(description="Of an act demanded: whether people can still do it wherever it is owed"),
    ]
    vacuous: Annotated[bool, Field(description="Proved only because no case ever comes to what the duty speaks of")]


class ProofShape(VerdictShape):
    """What was proved of a duty before its edition was published."""

    key: Annotated[str, Field(description="The hash of all that the verdict depends on")]
    processes: Annotated[list[str], Field(description="Processes that were followed step by step")]
    names: Annotated[list[str], Field(description="Facts and computed values that were told apart")]
    states: Annotated[int, Field(description="Places at which a case can stand")]
    spent: Annotated[int, Field(description="Steps of work")]
    most: Annotated[int, Field(description="Steps of work that it might cost")]
    assumes: Annotated[list[str], Field(description="What is taken for granted besides docs/proof.md")]
    drill: Annotated[str, Field(description="A drill that plays the case which breaks it")]
    accepted: Annotated[str, Field(description="Why somebody signed for it although it is not proved")]
    accepted_by: str


class ProofRecordShape(BaseModel):
    """The proof record of an edition, as it was when the edition was published."""

    shape: int
    edition: str
    jurisdiction: str
    checker: Annotated[str, Field(description="The hash of the prover")]
    vocabulary: str
    inputs: Annotated[dict[str, str], Field(description="The hash of each folder")]
    duties: list[ProofShape]


class CheckShape(BaseModel):
    """The report on an edition."""

    edition: Annotated[str, Field(description="Empty when the content cannot be read")]
    ms: float
    findings: list[FindingShape]
    duties: list[VerdictShape]
    bounds: dict[str, int]


class DrillShape(BaseModel):
    """What came of one drill."""

    file: str
    line: int
    name: str
    tags: list[str]
    status: Literal["passed", "failed", "undefined"]
    message: Annotated[str, Field(description="The step that did not hold, and what is so instead")]
    path: Annotated[list[str], Field(description="The elements that the case passed, in order")]


class CoverageShape(BaseModel):
    """Which elements of the pathway the drills passed."""

    elements: list[str]
    covered: list[str]
    share: float


class DrillsShape(BaseModel):
    """The report on a run of drills."""

    edition: str
    passed: int
    failed: int
    undefined: int
    ms: int
    drills: list[DrillShape]
    coverage: CoverageShape
