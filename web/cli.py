"""`isange`, the command line: runs one command, and tells in a line what it was refused for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from engine.content import ContentError
from engine.editions import NoEdition
from engine.model import Refusal
from engine.store.errors import DoesNotOpen, NoAddress, StoreBusy, StoreDamaged, StoreForeign, StoreMoved
from web import logs
from web.cli_base import UNREADABLE, say
from web.cli_parser import parser
from web.settings import SettingsError


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 refused or found wrong, 2 not understood."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a terminal has no letter for is shown by its number
            stream.reconfigure(errors="backslashreplace")
    chosen = parser().parse_args(words)
    logs.configure()
    try:
        status = int(chosen.run(chosen))
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # whoever read along has read enough: nothing is left to say at the end either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (SettingsError, NoAddress, NoEdition, StoreDamaged, StoreForeign, StoreMoved) as error:
        return say(str(error), 1)
    except ContentError as error:
        return say(str(error), UNREADABLE)
    except Refusal as error:
        return say("\n".join(_told(error)), 1)
    except DoesNotOpen as error:
        return say(f"{error}. Is the key the one of this database?", 1)
    except StoreBusy:
        return say("The database is busy; nothing was saved. Try again in a moment", 1)
    except KeyboardInterrupt:
        return 130


def _told(refused: Refusal) -> list[str]:
    """A refusal and what is wrong with each field, each sentence once."""
    fields = [f"{item.field}: {item.message}" for item in refused.problems]
    said = refused.message in {item.message for item in refused.problems}
    return fields if said else [refused.message, *fields]


if __name__ == "__main__":
    sys.exit(main())
