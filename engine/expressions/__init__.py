"""The closed expression language of diagrams, tables and duties: text -> AST -> true, false or unknown.

There is no other way to compute anything in content, and nothing here runs Python: the language has
names, constants, comparisons and and/or/not, no calls, no arithmetic, no attributes (docs/expressions.md).
The same AST is evaluated by the engine and read symbolically by the prover.

Reading is three-valued (Kleene): a comparison with a fact that is not set is *unknown* (None), neither
true nor false. Only `is unset` / `is not unset` ask whether a fact is set.
"""

from engine.expressions.acts import ActText, parse_acts
from engine.expressions.evaluation import ExpressionTypeError, evaluate, names
from engine.expressions.parsing import KEYWORDS, MAX_DEPTH, MAX_LENGTH, SPACES, parse
from engine.expressions.tree import (
    And,
    Comparator,
    Compare,
    Constant,
    Expression,
    ExpressionError,
    Has,
    In,
    Literal_,
    Lookup,
    Name,
    Not,
    Or,
    Truth,
    Unset,
)
from engine.expressions.writing import write

__all__ = [
    "KEYWORDS",
    "MAX_DEPTH",
    "MAX_LENGTH",
    "SPACES",
    "ActText",
    "And",
    "Comparator",
    "Compare",
    "Constant",
    "Expression",
    "ExpressionError",
    "ExpressionTypeError",
    "Has",
    "In",
    "Literal_",
    "Lookup",
    "Name",
    "Not",
    "Or",
    "Truth",
    "Unset",
    "evaluate",
    "names",
    "parse",
    "parse_acts",
    "write",
]
