"""How an argument of a command is written: read into what the command takes, or told what was expected."""

from __future__ import annotations

import argparse
import re

from engine.reading.complaints import quoted
from engine.store.records import Head
from web.cli_commands import REGISTER_DIGITS
from web.settings import LAST_PORT, port_number

MOST_WORK = 100_000_000
"""Steps that a proof may be asked to take: days."""
_REGISTER_LINE = re.compile(rf"(.+):([0-9]{{1,18}}):([0-9a-fA-F]{{{REGISTER_DIGITS},}})")


def port(text: str) -> int:
    try:
        return port_number(text)
    except ValueError:
        why = f"a port is a number from 0 to {LAST_PORT} (0 takes any that is free), such as 9000, but this is {text!r}"
        raise argparse.ArgumentTypeError(why) from None


def folder(text: str) -> str:
    """One that is named: with an empty name, a variable that was not set would take another."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of the folder is empty: name it, or leave it out")
    return text


def zone(text: str) -> str:
    """A time zone that a place has."""
    from web.centres import near_zones, zones

    if text not in zones():
        near = near_zones(text)
        ask = f"did you mean {' or '.join(near)}?" if near else "expected the one of the place, such as Africa/Kigali"
        raise argparse.ArgumentTypeError(f"there is no place with the time zone {quoted(text)}: {ask}")
    return text


def budget(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_WORK:
        raise argparse.ArgumentTypeError(f"Expected a number from 1 to {MOST_WORK:,}")
    return int(text)


def head(text: str) -> Head:
    """One line of the paper register."""
    found = _REGISTER_LINE.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(
            f"expected a line as verify-trail prints it, CENTRE:SEQ:HASH with at least {REGISTER_DIGITS} digits of the "
            f"hash, such as kigali:5500:0123456789abcdef, but got {text!r}"
        )
    centre, seq, hash = found.groups()
    return Head(centre, int(seq), hash.lower())


def accept(text: str) -> tuple[str, str]:
    """A duty and why it is accepted unproved."""
    duty, _, reason = text.partition("=")
    if not duty.strip() or not reason.strip():
        raise argparse.ArgumentTypeError(f"expected DUTY=REASON, but got {text!r}")
    return duty.strip(), reason.strip()


def role(text: str) -> str:
    """`centre:role`, as it was given."""
    centre, _, role = text.partition(":")
    if not centre or not role:
        raise argparse.ArgumentTypeError(f"expected CENTRE:ROLE, such as kigali:medical, but got {text!r}")
    return text
