"""A process that judges inputs, one a line, with no network, little memory and two seconds for each.

`python -m tests.fuzz.worker` says when it is ready, then reads an input a line and writes a verdict a line:
`{"outcome": ...}`, or `{"fault": ...}` with what went wrong. What takes too long ends the process by SIGPROF:
whoever started it knows which input that was (watch.py). An empty line asks whether all that was kept is whole.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import sys
import traceback
from contextlib import ExitStack

from tests.fuzz import judge_content, judge_requests, traps
from tests.fuzz.house import Asked, asked
from tests.fuzz.inputs import Input
from tests.fuzz.verdicts import Verdict

SECONDS = 2
"""Of the processor, for one input: time that others on this machine take does not count."""
PLAY_SECONDS = 20
"""A drill may play a year of a case."""
MEMORY = 2 * 1024**3
FORBIDDEN = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo")
FORBIDDEN += ("socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request", "subprocess.Popen", "os.system")


class Reached(BaseException):
    """Something tried to leave this process; nothing of the house may catch it."""


def fence() -> None:
    """From now on nothing can reach out of this process, or take all memory of the machine."""

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event in FORBIDDEN:
            raise Reached(f"{event}: {arguments!r}")

    sys.addaudithook(refuse)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def give_time(seconds: int) -> None:
    """From now on; none at all for 0."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


class Judge:
    """Gives the verdict on any input; the house is built when the first request comes."""

    def __init__(self, held: ExitStack) -> None:
        self._held = held
        self._house: Asked | None = None

    @property
    def house(self) -> Asked:
        if self._house is None:
            self._house = self._held.enter_context(asked())
        return self._house

    def verdict(self, given: Input) -> Verdict:
        match given.sort:
            case "bpmn" | "yaml" | "schema":
                return judge_content.content(given)
            case "feature":
                return judge_content.feature(given, lambda: give_time(PLAY_SECONDS))
            case "trap":
                return traps.spring(given.place)
            case "post":
                return judge_requests.posted(self.house, given)
        return judge_requests.sent(self.house, given)

    def lost(self) -> list[str]:
        return [] if self._house is None else self._house.lost()


def answer(judge: Judge, line: str) -> dict[str, object]:
    """The verdict on the input of one line, or the fault."""
    if not line.strip():
        return {"lost": judge.lost()}
    given = Input.from_json(line)
    if given.sort in ("post", "api"):
        _ = judge.house  # building it is not the input's time
    give_time(SECONDS)
    try:
        return judge.verdict(given).to_dict()
    except (Exception, Reached) as error:
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename.rpartition('/')[2]}:{frame.name}" for frame in frames]
        return {"fault": f"{type(error).__name__}: {error}", "where": " > ".join(places[-6:])}
    finally:
        give_time(0)


def main() -> None:
    logging.disable()
    said = sys.stdout
    sys.stdout = sys.stderr  # whatever is printed on the way is no verdict
    fence()
    with ExitStack() as held:
        judge = Judge(held)
        judge_content.warm_up()
        said.write("ready\n")
        said.flush()
        for line in sys.stdin:
            said.write(json.dumps(answer(judge, line)) + "\n")
            said.flush()


if __name__ == "__main__":
    main()
