"""`isange`, the command line: serve, check, drill, and the administrator's daily commands."""

from __future__ import annotations

import argparse
import os
import re
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from io import TextIOWrapper
from typing import TYPE_CHECKING

from engine.content import ContentError
from engine.editions import NoEdition
from engine.model import Refusal
from engine.reading.complaints import quoted
from engine.store.errors import DoesNotOpen, NoAddress, StoreBusy, StoreDamaged, StoreForeign, StoreMoved
from engine.store.records import Head
from web import logs
from web.cli_base import UNREADABLE, house_of, say, settings_of
from web.settings import LAST_PORT, SettingsError, port_number

if TYPE_CHECKING:
    pass

Command = Callable[[argparse.Namespace], int]
MOST_WORK = 100_000_000
"""Steps that a proof may be asked to take: days."""
REGISTER_DIGITS = 16
"""How much of a hash is written into the paper register."""
_REGISTER_LINE = re.compile(rf"(.+):([0-9]{{1,18}}):([0-9a-fA-F]{{{REGISTER_DIGITS},}})")


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; 0 done, 1 refused or found wrong, 2 not understood."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what a terminal has no letter for is shown by its number
            stream.reconfigure(errors="backslashreplace")
    chosen = _parser().parse_args(words)
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


def _serve(chosen: argparse.Namespace) -> int:
    from web import demo, serve
    from web.house import build, fill_new, starting

    settings = settings_of(chosen)
    with ExitStack() as held:
        listener = held.enter_context(serve.listen(settings.host, settings.port))  # before anything that takes long
        with starting(settings):
            if not settings.production:
                fill_new(settings, demo.seed)
            house = held.enter_context(closing(build(settings)))
            if not settings.production:
                demo.seed(house)
        logins = ""
        if not settings.production:
            logins = f"{demo.logins(house)}\n"
        ready = "Isange is ready: {} (Ctrl+C stops it)"
        serve.serve(house, listener, lambda address: print(logins + ready.format(address), flush=True))
    return 0


def _worker(chosen: argparse.Namespace) -> int:
    from web.house import work

    with house_of(chosen) as house:
        work(house, threading.Event())
    return 0


def _content(name: str) -> Command:
    """A command about content: it brings the whole engine along, once it is run."""

    def run(chosen: argparse.Namespace) -> int:
        from web import cli_content

        command: Command = getattr(cli_content, name)
        return command(chosen)

    return run


def _seed(chosen: argparse.Namespace) -> int:
    from web.seeding import country

    still_open = country.usually_open(chosen.cases) if chosen.open is None else chosen.open
    size = country.Size(chosen.cases, still_open, chosen.centres, chosen.years, chosen.samples, chosen.seed)
    chosen.demo = True
    country.make(settings_of(chosen), size, lambda line: print(line, flush=True))
    return 0


def _migrate(chosen: argparse.Namespace) -> int:
    from web.house import bring_up

    bring_up(settings_of(chosen))
    print("The database has the newest schema")
    return 0


def _verify(chosen: argparse.Namespace) -> int:
    with house_of(chosen) as house:
        faults = house.store.verify_trail() + house.store.missing_heads(chosen.head)
        heads = house.store.trail_heads()
    for fault in faults:
        print(f"{fault.centre} entry {fault.seq}: {fault.what}")
    if not faults and not heads:
        return say("There is no entry in the trail yet, so nothing is proved. Another database? Check --database", 1)
    print(f"{len(faults)} faults in the trail" if faults else "The trail is whole")
    if heads:
        print("For the paper register; check it later with --head:")
    for head in heads:
        print(f"{head.centre}:{head.seq}:{head.hash[:REGISTER_DIGITS]}")
    return 1 if faults else 0


def _port(text: str) -> int:
    try:
        return port_number(text)
    except ValueError:
        why = f"a port is a number from 0 to {LAST_PORT} (0 takes any that is free), such as 9000, but this is {text!r}"
        raise argparse.ArgumentTypeError(why) from None


def _zone(text: str) -> str:
    """A time zone that a place has."""
    from web.centres import near_zones, zones

    if text not in zones():
        near = near_zones(text)
        ask = f"did you mean {' or '.join(near)}?" if near else "expected the one of the place, such as Africa/Kigali"
        raise argparse.ArgumentTypeError(f"there is no place with the time zone {quoted(text)}: {ask}")
    return text


def _budget(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_WORK:
        raise argparse.ArgumentTypeError(f"Expected a number from 1 to {MOST_WORK:,}")
    return int(text)


def _head(text: str) -> Head:
    """One line of the paper register."""
    found = _REGISTER_LINE.fullmatch(text.strip())
    if found is None:
        raise argparse.ArgumentTypeError(
            f"expected a line as verify-trail prints it, CENTRE:SEQ:HASH with at least {REGISTER_DIGITS} digits of the "
            f"hash, such as kigali:5500:0123456789abcdef, but got {text!r}"
        )
    centre, seq, hash = found.groups()
    return Head(centre, int(seq), hash.lower())


def _accept(text: str) -> tuple[str, str]:
    """A duty and why it is accepted unproved."""
    duty, _, reason = text.partition("=")
    if not duty.strip() or not reason.strip():
        raise argparse.ArgumentTypeError(f"expected DUTY=REASON, but got {text!r}")
    return duty.strip(), reason.strip()


def _role(text: str) -> str:
    """`centre:role`, as it was given."""
    centre, _, role = text.partition(":")
    if not centre or not role:
        raise argparse.ArgumentTypeError(f"expected CENTRE:ROLE, such as kigali:medical, but got {text!r}")
    return text


def _editions(chosen: argparse.Namespace) -> int:
    with house_of(chosen) as house:
        for digest, pack, author, approver, at in house.store.editions():
            print(f"{digest}  {at:%Y-%m-%d %H:%M}  {pack}  by {author}, approved by {approver}")
    return 0


def _person(chosen: argparse.Namespace) -> int:
    from web import cli_people

    with house_of(chosen) as house:
        roles = () if chosen.no_role else chosen.role
        print(cli_people.person(house, chosen.what, chosen.login, chosen.name, roles, chosen.language))
    return 0


def _token(chosen: argparse.Namespace) -> int:
    from web import cli_tokens

    with house_of(chosen) as house:
        if chosen.what == "list":
            print(cli_tokens.list_tokens(house))
        elif chosen.what == "revoke":
            print(cli_tokens.revoke_token(house, chosen.id))
        else:
            print(cli_tokens.issue_token(house, chosen.login, chosen.name, chosen.role, chosen.scope, chosen.days))
    return 0


def _centre(chosen: argparse.Namespace) -> int:
    from web import cli_people

    with house_of(chosen, may_be_new=chosen.what == "add") as house:  # the first thing that a new house is told
        given = {name: getattr(chosen, name) for name in ("name", "zone", "kind") if getattr(chosen, name) is not None}
        print(cli_people.centre(house, chosen.what, chosen.id, given))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="isange",
        description="The workflow engine of one-stop centres for survivors of sexual and gender-based violence.",
        epilog="Settings are environment variables, listed in docs/settings.md.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    base = argparse.ArgumentParser(add_help=False)
    base.add_argument("--database", metavar="URL", help="sqlite:///file or postgresql://...")
    pack = argparse.ArgumentParser(add_help=False)
    pack.add_argument("--jurisdiction", metavar="PACK", help="folder of rules/ with the law of the country")
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--content", metavar="DIR", help="folder with pathways/, rules/ and forms/")

    def add(name: str, run: Command, help: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help, parents=list(parents))
        command.set_defaults(run=run)
        return command

    serve = add("serve", _serve, "serve the pages and the API, and fire timers", base, pack, place)
    serve.add_argument("--demo", action="store_true", help="on invented data, with published passwords")
    serve.add_argument("--host", help="address to listen on")
    serve.add_argument("--port", type=_port, help="port to listen on")
    worker = add("worker", _worker, "fire timers, beside servers with ISANGE_WORKER=no", base, pack, place)
    worker.add_argument("--demo", action="store_true", help="for a database that `serve --demo` made")
    sign = argparse.ArgumentParser(add_help=False)
    sign.add_argument(
        "--accept",
        type=_accept,
        action="append",
        default=[],
        metavar="DUTY=REASON",
        help="sign for a duty that is not proved, and say why; repeat",
    )
    check = add(
        "check", _content("check"), "say what is wrong with a content folder, and which duties it keeps", pack, sign
    )
    check.add_argument("folder", nargs="?", help="default: the shipped content")
    check.add_argument("--lint", action="store_true", help="prove nothing: only what is seen at once")
    check.add_argument("--forget", action="store_true", help="prove everything anew, whatever is known from before")
    check.add_argument(
        "--long", action="store_true", help="look longer at what is not proved, and whether what is owed can be done"
    )
    check.add_argument("--drills", metavar="DIR", help="write a drill of each case that breaks a duty into this folder")
    check.add_argument(
        "--boundaries", metavar="DIR", help="write drills of where each duty begins into this folder, of both sides"
    )
    check.add_argument("--page", metavar="FILE", help="write what was proved as a page, broken duties step by step")
    check.add_argument("--lang", default="en", choices=["en", "fr", "rw"], help="of the page (default: en)")
    check.add_argument("--record", metavar="FILE", help="keep what was proved in this file, for a release")
    check.add_argument("--json", action="store_true", help="for programs")
    duties = add("duties", _content("duties"), "say every duty in plain sentences, for whoever answers for it", pack)
    duties.add_argument("folder", nargs="?", help="default: the shipped content")
    duties.add_argument("--lang", default="en", choices=["en", "fr", "rw"], help="default: en")
    add("schema", _content("schema"), "print the JSON Schema of rules files, for an editor")
    prove = add("prove", _content("prove"), "prove that no course of a case can break a duty", pack)
    prove.add_argument("folder", nargs="?", help="default: the shipped content")
    prove.add_argument("--duty", action="append", default=[], help="only this one (may be said again)")
    prove.add_argument("--budget", type=_budget, default=100_000, help="steps of work a duty (default: 100,000)")
    prove.add_argument("--drills", metavar="DIR", help="write a drill of each case that breaks a duty into this folder")
    prove.add_argument("--json", action="store_true", help="for programs")
    drill = add("drill", _content("drill"), "play drills", pack, place)
    drill.add_argument("paths", nargs="*", metavar="DIR|FILE", help="default: the shipped drills")
    drill.add_argument("--json", action="store_true", help="for programs")
    seed = add("seed", _seed, "fill a new database with invented cases, as many as a country has", base, pack, place)
    seed.add_argument("--cases", type=int, default=1_000_000, help="default: 1,000,000")
    seed.add_argument("--open", type=int, help="how many of them are open (default: 3 in a hundred)")
    seed.add_argument("--centres", type=int, default=48, help="default: 48")
    seed.add_argument("--years", type=int, default=6, help="over which the closed ones came (default: 6)")
    seed.add_argument("--samples", type=int, default=50, help="of how many walked cases they are made (default: 50)")
    seed.add_argument("--seed", type=int, default=1, help="another number, other cases (default: 1)")
    add("migrate-database", _migrate, "bring the database to the newest schema", base)
    demo = argparse.ArgumentParser(add_help=False)
    demo.add_argument("--demo", action="store_true", help="for a database that `serve --demo` made")
    verify = add("verify-trail", _verify, "prove that nobody changed the trail", base, demo)
    verify.add_argument(
        "--head",
        type=_head,
        action="append",
        default=[],
        metavar="CENTRE:SEQ:HASH",
        help="a line of the paper register that must still be in the trail; repeat",
    )
    publish = add(
        "publish",
        _content("publish"),
        "publish a content folder: checked, proved, drilled, approved",
        base,
        pack,
        sign,
        demo,
    )
    publish.add_argument("folder", help="with pathways/, rules/, forms/ and features/")
    publish.add_argument("--author", required=True, metavar="LOGIN", help="who made it")
    publish.add_argument("--approver", required=True, metavar="LOGIN", help="another person, who answers for it")
    add("editions", _editions, "list the published editions, the newest first", base, demo)
    person = add("person", _person, "add a person, set their roles, disable them, give a password", base, demo)
    person.add_argument("what", choices=["add", "roles", "disable", "enable", "password"])
    person.add_argument("login")
    person.add_argument("--name", help="as colleagues know them (add)")
    roles = person.add_mutually_exclusive_group()
    roles.add_argument(
        "--role", action="append", type=_role, metavar="CENTRE:ROLE", help="all roles they hold; repeat (add, roles)"
    )
    roles.add_argument("--no-role", action="store_true", help="take all their roles away (roles)")
    person.add_argument("--language", default="en", choices=["en", "fr", "rw"])
    token = add("token", _token, "issue a token to a program that calls the API, list them, revoke one")
    doing = token.add_subparsers(required=True, dest="what", metavar="WHAT")
    issue = doing.add_parser("add", help="issue one; it is shown once", parents=[base, demo])
    issue.add_argument("login", help="of the program; a new one becomes an account that nobody can sign in with")
    issue.add_argument("--name", help="as the trail shows it (a new login)")
    issue.add_argument(
        "--role", action="append", default=[], type=_role, metavar="CENTRE:ROLE", help="repeat (a new login)"
    )
    issue.add_argument("--scope", action="append", default=[], metavar="ACTION", help="what it is for; repeat")
    issue.add_argument("--days", type=int, default=90, help="how long it is good for (default: 90)")
    doing.add_parser("list", help="list them, the oldest first", parents=[base, demo])
    revoke = doing.add_parser("revoke", help="end one at once", parents=[base, demo])
    revoke.add_argument("id", help="as `isange token list` shows it")
    centre = add("centre", _centre, "add a centre, or change its name, zone or kind", base, demo)
    centre.add_argument("what", choices=["add", "change"])
    centre.add_argument("id", help="a short word, for ever: kigali-1")
    centre.add_argument("--name", help="as people call it")
    centre.add_argument("--zone", type=_zone, metavar="Africa/Kigali", help="the time zone of the place")
    centre.add_argument("--kind", choices=["fixed", "mobile", "camp"], help="fixed, unless told (add)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
