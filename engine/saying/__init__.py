"""Says rules in plain sentences: whoever answers for a duty signs the sentence, not the YAML.

The same rule gives the same sentence: it is made from the parsed rule and the titles of what the rule names.
"""

from engine.saying.duties import limit_of, say_duty
from engine.saying.phrases import PHRASES

__all__ = ["PHRASES", "limit_of", "say_duty"]
