"""The words of the command line: every command of `isange`, with its arguments."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from engine.library import LANGUAGES
from web import cli_arguments as read
from web import cli_commands as run

Parser = argparse.ArgumentParser
Add = Callable[..., Parser]
"""Adds a command: its name, what it does, its help, and the words that it shares with others."""


def parser() -> Parser:
    whole = Parser(
        prog="isange",
        description="The workflow engine of one-stop centres for survivors of sexual and gender-based violence.",
        epilog="Settings are environment variables, listed in docs/settings.md.",
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, does: run.Command, help: str, *shared: Parser) -> Parser:
        command = commands.add_parser(name, help=help, description=help, parents=list(shared))
        command.set_defaults(run=does)
        return command

    _serving(add)
    _content(add)
    _database(add)
    _published(add)
    _people(add)
    return whole


def _shared(name: str, **how: Any) -> Parser:
    """A word that several commands know."""
    words = Parser(add_help=False)
    words.add_argument(name, **how)
    return words


BASE = _shared("--database", metavar="URL", help="sqlite:///file or postgresql://...")
PACK = _shared("--jurisdiction", metavar="PACK", help="folder of rules/ with the law of the country")
PLACE = _shared("--content", metavar="DIR", help="folder with pathways/, rules/ and forms/")
DEMO = _shared("--demo", action="store_true", help="for a database that `serve --demo` made")
SIGN = _shared(
    "--accept",
    type=read.accept,
    action="append",
    default=[],
    metavar="DUTY=REASON",
    help="sign for a duty that is not proved, and say why; repeat",
)


def _serving(add: Add) -> None:
    """What serves people and programs."""
    serve = add("serve", run.serve, "serve the pages and the API, and fire timers", BASE, PACK, PLACE)
    serve.add_argument("--demo", action="store_true", help="on invented data, with published passwords")
    serve.add_argument("--host", help="address to listen on")
    serve.add_argument("--port", type=read.port, help="port to listen on")
    add("worker", run.worker, "fire timers, beside servers with ISANGE_WORKER=no", BASE, PACK, PLACE, DEMO)


def _content(add: Add) -> None:
    """What is done with content before it is published."""
    check = add(
        "check", run.content("check"), "say what is wrong with a content folder, and which duties it keeps", PACK, SIGN
    )
    check.add_argument("folder", nargs="?", type=read.folder, help="default: the shipped content")
    check.add_argument("--lint", action="store_true", help="prove nothing: only what is seen at once")
    check.add_argument("--watch", action="store_true", help="check again whenever a file is saved, until Ctrl+C")
    check.add_argument("--forget", action="store_true", help="prove everything anew, whatever is known from before")
    check.add_argument(
        "--long", action="store_true", help="look longer at what is not proved, and whether what is owed can be done"
    )
    check.add_argument("--drills", metavar="DIR", help="write a drill of each case that breaks a duty into this folder")
    check.add_argument(
        "--boundaries", metavar="DIR", help="write drills of where each duty begins into this folder, of both sides"
    )
    check.add_argument("--page", metavar="FILE", help="write what was proved as a page, broken duties step by step")
    check.add_argument("--lang", default="en", choices=LANGUAGES, help="of the page (default: en)")
    check.add_argument("--record", metavar="FILE", help="keep what was proved in this file, for a release")
    check.add_argument("--json", action="store_true", help="for programs")
    duties = add("duties", run.content("duties"), "say every duty in plain sentences, for whoever answers for it", PACK)
    duties.add_argument("folder", nargs="?", type=read.folder, help="default: the shipped content")
    duties.add_argument("--lang", default="en", choices=LANGUAGES, help="default: en")
    add("schema", run.content("schema"), "print the JSON Schema of rules files, for an editor")
    prove = add("prove", run.content("prove"), "prove that no course of a case can break a duty", PACK)
    prove.add_argument("folder", nargs="?", type=read.folder, help="default: the shipped content")
    prove.add_argument("--duty", action="append", default=[], help="only this one (may be said again)")
    prove.add_argument("--budget", type=read.budget, default=100_000, help="steps of work a duty (default: 100,000)")
    prove.add_argument("--drills", metavar="DIR", help="write a drill of each case that breaks a duty into this folder")
    prove.add_argument("--json", action="store_true", help="for programs")
    drill = add("drill", run.content("drill"), "play drills", PACK, PLACE)
    drill.add_argument("paths", nargs="*", metavar="DIR|FILE", help="default: the shipped drills")
    drill.add_argument("--json", action="store_true", help="for programs")


def _database(add: Add) -> None:
    """What is done with a database as a whole."""
    seed = add("seed", run.seed, "fill a new database with invented cases, as many as a country has", BASE, PACK, PLACE)
    seed.add_argument("--cases", type=int, default=1_000_000, help="default: 1,000,000")
    seed.add_argument("--open", type=int, help="how many of them are open (default: 3 in a hundred)")
    seed.add_argument("--centres", type=int, default=48, help="default: 48")
    seed.add_argument("--years", type=int, default=6, help="over which the closed ones came (default: 6)")
    seed.add_argument("--samples", type=int, default=50, help="of how many walked cases they are made (default: 50)")
    seed.add_argument("--seed", type=int, default=1, help="another number, other cases (default: 1)")
    add("migrate-database", run.migrate, "bring the database to the newest schema", BASE)
    verify = add("verify-trail", run.verify, "prove that nobody changed the trail", BASE, DEMO)
    verify.add_argument(
        "--head",
        type=read.head,
        action="append",
        default=[],
        metavar="CENTRE:SEQ:HASH",
        help="a line of the paper register that must still be in the trail; repeat",
    )


def _published(add: Add) -> None:
    """What becomes of editions."""
    publish = add(
        "publish",
        run.content("publish"),
        "publish a content folder: checked, proved, drilled, approved",
        BASE,
        PACK,
        SIGN,
        DEMO,
    )
    publish.add_argument("folder", type=read.folder, help="with pathways/, rules/, forms/ and features/")
    publish.add_argument("--author", required=True, metavar="LOGIN", help="who made it")
    publish.add_argument("--approver", required=True, metavar="LOGIN", help="another person, who answers for it")
    add("editions", run.editions, "list the published editions, the newest first", BASE, DEMO)


def _people(add: Add) -> None:
    """What administrators do with people, programs and centres."""
    person = add("person", run.person, "add a person, set their roles, disable them, give a password", BASE, DEMO)
    person.add_argument("what", choices=["add", "roles", "disable", "enable", "password"])
    person.add_argument("login")
    person.add_argument("--name", help="as colleagues know them (add)")
    roles = person.add_mutually_exclusive_group()
    roles.add_argument(
        "--role",
        action="append",
        type=read.role,
        metavar="CENTRE:ROLE",
        help="all roles they hold; repeat (add, roles)",
    )
    roles.add_argument("--no-role", action="store_true", help="take all their roles away (roles)")
    person.add_argument("--language", default="en", choices=LANGUAGES)
    token = add("token", run.token, "issue a token to a program that calls the API, list them, revoke one")
    doing = token.add_subparsers(required=True, dest="what", metavar="WHAT")
    issue = doing.add_parser("add", help="issue one; it is shown once", parents=[BASE, DEMO])
    issue.add_argument("login", help="of the program; a new one becomes an account that nobody can sign in with")
    issue.add_argument("--name", help="as the trail shows it (a new login)")
    issue.add_argument(
        "--role", action="append", default=[], type=read.role, metavar="CENTRE:ROLE", help="repeat (a new login)"
    )
    issue.add_argument("--scope", action="append", default=[], metavar="ACTION", help="what it is for; repeat")
    issue.add_argument("--days", type=int, default=90, help="how long it is good for (default: 90)")
    doing.add_parser("list", help="list them, the oldest first", parents=[BASE, DEMO])
    revoke = doing.add_parser("revoke", help="end one at once", parents=[BASE, DEMO])
    revoke.add_argument("id", help="as `isange token list` shows it")
    centre = add("centre", run.centre, "add a centre, or change its name, zone or kind", BASE, DEMO)
    centre.add_argument("what", choices=["add", "change"])
    centre.add_argument("id", help="a short word, for ever: kigali-1")
    centre.add_argument("--name", help="as people call it")
    centre.add_argument("--zone", type=read.zone, metavar="Africa/Kigali", help="the time zone of the place")
    centre.add_argument("--kind", choices=["fixed", "mobile", "camp"], help="fixed, unless told (add)")
