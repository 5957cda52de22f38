"""What each command of `isange` does; those about content are in cli_content.py."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing

from web.cli_base import house_of, say, settings_of
from web.database_file import refuse_missing, refuse_parts

Command = Callable[[argparse.Namespace], int]
REGISTER_DIGITS = 16
"""How much of a hash is written into the paper register."""


def serve(chosen: argparse.Namespace) -> int:
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


def worker(chosen: argparse.Namespace) -> int:
    from web.house import work

    with house_of(chosen) as house:
        work(house, threading.Event())
    return 0


def content(name: str) -> Command:
    """A command about content: it brings the whole engine along, once it is run."""

    def run(chosen: argparse.Namespace) -> int:
        from web import cli_content

        command: Command = getattr(cli_content, name)
        return command(chosen)

    return run


def seed(chosen: argparse.Namespace) -> int:
    from web.seeding import country

    still_open = country.usually_open(chosen.cases) if chosen.open is None else chosen.open
    size = country.Size(chosen.cases, still_open, chosen.centres, chosen.years, chosen.samples, chosen.seed)
    chosen.demo = True
    country.make(settings_of(chosen), size, lambda line: print(line, flush=True))
    return 0


def migrate(chosen: argparse.Namespace) -> int:
    from web.house import bring_up

    settings = settings_of(chosen)
    if settings.sqlite_file is not None:
        refuse_parts(settings.sqlite_file)
    refuse_missing(settings)
    bring_up(settings)
    print("The database has the newest schema")
    return 0


def verify(chosen: argparse.Namespace) -> int:
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


def editions(chosen: argparse.Namespace) -> int:
    with house_of(chosen) as house:
        for digest, pack, author, approver, at in house.store.editions():
            print(f"{digest}  {at:%Y-%m-%d %H:%M}  {pack}  by {author}, approved by {approver}")
    return 0


def person(chosen: argparse.Namespace) -> int:
    from web import cli_people

    with house_of(chosen) as house:
        roles = () if chosen.no_role else chosen.role
        print(cli_people.person(house, chosen.what, chosen.login, chosen.name, roles, chosen.language))
    return 0


def token(chosen: argparse.Namespace) -> int:
    from web import cli_tokens

    with house_of(chosen) as house:
        if chosen.what == "list":
            print(cli_tokens.list_tokens(house))
        elif chosen.what == "revoke":
            print(cli_tokens.revoke_token(house, chosen.id))
        else:
            print(cli_tokens.issue_token(house, chosen.login, chosen.name, chosen.role, chosen.scope, chosen.days))
    return 0


def centre(chosen: argparse.Namespace) -> int:
    from web import cli_people
    from web.house import House, fill_new, starting

    given = {name: getattr(chosen, name) for name in ("name", "zone", "kind") if getattr(chosen, name) is not None}
    told: list[str] = []

    def run(house: House) -> None:
        told.append(cli_people.centre(house, chosen.what, chosen.id, given))

    if chosen.what == "add":  # the first thing that a new house is told
        settings = settings_of(chosen)
        with starting(settings):
            fill_new(settings, run)
    if not told:
        with house_of(chosen) as house:
            run(house)
    print(*told)
    return 0
