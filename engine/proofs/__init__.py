"""What was proved of an edition, kept: so that it need not be proved again, and so that it can be asked for later.

`proved` is the door. A proof that was found once holds for every edition of which the same is left within its focus
(engine/prove/projection.py); how finely a proof had to look is where the next one of the same duty begins. A record
names all that a proof depends on, the prover itself among it.
"""

from engine.proofs.gate import Obstacle, accepting, in_the_way
from engine.proofs.making import Effort, Progress, end_with_parent, for_good, proved, while_waiting
from engine.prove.record import DutyProof, ProofRecord, RecordError, read_record, write_record

__all__ = [
    "DutyProof",
    "Effort",
    "Obstacle",
    "Progress",
    "ProofRecord",
    "RecordError",
    "accepting",
    "end_with_parent",
    "for_good",
    "in_the_way",
    "proved",
    "read_record",
    "while_waiting",
    "write_record",
]
