"""How checks read content: where expressions stand, what values names may have, how diagrams hang together."""
