"""What a worker must notice: the ways in which an input could make the program misbehave."""

from __future__ import annotations

import socket

from tests.fuzz.verdicts import Fault, Verdict


def spring(name: str) -> Verdict:
    """Misbehaves in the way of this name."""
    match name:
        case "computes without end":
            while True:
                pass
        case "reaches into the network":
            with socket.socket() as one:
                one.connect(("127.0.0.1", 9))
        case "asks for a name":
            socket.getaddrinfo("localhost", 80)
        case "takes all memory":
            bytearray(1 << 40)
        case "breaks":
            raise KeyError("x")
    raise Fault(f"There is no trap {name!r}")
