"""Starting: what production refuses, what the first start publishes, the demo, and the command line."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from engine.clock import now
from engine.content import ContentError
from engine.entries import entry
from engine.store.errors import StoreBusy
from tests.unit.content_samples import MANIFEST, sample_files
from tests.waiting import waiting
from tests.web.running import KEY, Hands, write_content
from web import cli, demo
from web.accounts import NO_CENTRE
from web.house import House, build, fill_new
from web.people import People
from web.serve import listen
from web.settings import Settings, SettingsError

STRONG = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"


@pytest.fixture
def content(tmp_path: Path) -> str:
    return write_content(tmp_path / "content", sample_files())


def isange(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in a folder of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ISANGE_")}
    root = str(Path(__file__).resolve().parents[2])
    return subprocess.run(
        [sys.executable, "-m", "web.cli", *words],
        cwd=folder,
        env=clean | {"PYTHONPATH": root} | env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def here(capfd: pytest.CaptureFixture[str], *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line in this process."""
    try:
        status = cli.main(words)
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    said = capfd.readouterr()
    return subprocess.CompletedProcess(words, status, said.out, said.err)


# starting


def test_the_first_start_makes_the_database_and_publishes_the_content_once(tmp_path: Path, content: str):
    settings = Settings(mode="demo", database=f"sqlite:///{tmp_path}/new/isange.db", content=content)
    for _ in range(2):
        house = build(settings)
        ((digest, pack, author, approver, _),) = house.store.editions()
        assert (digest, pack, author, approver) == (house.editions.current().digest, "rwanda", "release", "release")
        house.close()


def test_later_starts_keep_the_published_edition_whatever_the_folder_says(tmp_path: Path, content: str):
    settings = Settings(mode="demo", database=f"sqlite:///{tmp_path}/isange.db", content=content)
    build(settings).close()
    (Path(content) / MANIFEST).write_text("id: [")
    house = build(settings)
    assert house.editions.current().pathway.id == "isange"
    house.close()


def test_content_that_cannot_be_read_stops_the_first_start(tmp_path: Path, content: str):
    (Path(content) / MANIFEST).write_text("id: [")
    with pytest.raises(ContentError, match=MANIFEST):
        build(Settings(mode="demo", database=f"sqlite:///{tmp_path}/isange.db", content=content))


def test_a_database_of_another_version_stops_the_start_and_says_what_to_run(tmp_path: Path, content: str):
    (tmp_path / "isange.db").touch()
    with pytest.raises(SettingsError, match="migrate-database"):
        build(Settings(mode="demo", database=f"sqlite:///{tmp_path}/isange.db", content=content))


def test_production_starts_on_a_clean_database_and_not_on_a_demos(tmp_path: Path, content: str):
    settings = Settings(database=f"sqlite:///{tmp_path}/isange.db", content=content, key_text=STRONG)
    house = build(settings)
    house.accounts.add_with_password("someone", "Someone", "anything", {}, demo=True)
    house.close()
    with pytest.raises(SettingsError, match="1 demo accounts"):
        build(settings)


def test_a_house_does_not_start_with_a_key_that_opens_nothing_of_its_database(tmp_path: Path, content: str):
    settings = Settings(database=f"sqlite:///{tmp_path}/isange.db", content=content, key_text=STRONG)
    house = build(settings)
    house.store.note([entry("signed.in", now(), "ama", NO_CENTRE)])
    house.close()
    before = (tmp_path / "isange.db").read_bytes()
    with pytest.raises(SettingsError, match="not the one that this database was sealed with"):
        build(replace(settings, key_text=STRONG[::-1]))
    assert (tmp_path / "isange.db").read_bytes() == before
    build(settings).close()


def test_production_does_not_let_time_be_moved(tmp_path: Path, content: str):
    settings = Settings(database=f"sqlite:///{tmp_path}/isange.db", content=content, key_text=STRONG)
    with pytest.raises(SettingsError, match="Time cannot be moved"):
        build(settings, clock=Hands())


# the demo


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("demo")
    house = build(Settings(mode="demo", database=f"sqlite:///{folder}/isange.db", key_text=KEY), clock=Hands())
    demo.seed(house)
    yield house
    house.close()


def test_the_demo_has_a_login_for_every_role_at_both_centres(seeded: House):
    roles = set(seeded.editions.current().roles)
    held = [
        (centre, role) for account in seeded.store.accounts() for centre, rs in account.roles.items() for role in rs
    ]
    assert sorted(held) == sorted((centre.id, role) for centre in demo.CENTRES for role in roles)
    assert all(account.demo for account in seeded.store.accounts())


def test_the_logins_printed_sign_in_one_a_role(seeded: House):
    printed = demo.logins(seeded)
    logins = re.findall(r"^  (\S+) ", printed, re.MULTILINE)
    assert sorted(logins) == sorted(seeded.editions.current().roles)
    assert demo.PASSWORD in printed
    people = People(seeded.store, seeded.settings)
    for login in logins:
        people.sign_in(login, demo.PASSWORD, "127.0.0.1", Hands()())


def test_the_demo_has_a_dozen_cases_at_different_stages_and_none_stuck(seeded: House):
    centres = [centre.id for centre in demo.CENTRES]
    rows = seeded.store.open_cases(centres)
    assert len(rows) >= 8
    assert seeded.store.open_stuck(centres) == []
    open_at = {(row.task.process_key, row.task.element) for row in waiting(seeded.store, centres, _roles(seeded))}
    assert len({process for process, _ in open_at}) >= 3
    assert len(open_at) >= 6
    assert seeded.store.verify_trail() == []


def _roles(house: House) -> list[str]:
    return list(house.editions.current().roles)


def test_the_same_seed_gives_the_same_cases(seeded: House, tmp_path: Path):
    again = build(Settings(mode="demo", database=f"sqlite:///{tmp_path}/isange.db", key_text=KEY), clock=Hands())
    demo.seed(again)
    story = "SELECT kind, params FROM trail WHERE kind LIKE 'task.completed' ORDER BY centre, seq"
    with seeded.store.reading() as one, again.store.reading() as other:
        assert other.exec_driver_sql(story).all() == one.exec_driver_sql(story).all()
    again.close()


def test_a_demo_whose_start_failed_is_made_anew_by_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings = Settings(mode="demo", database=f"sqlite:///{tmp_path}/isange.db")

    def full(*_: object) -> None:
        raise StoreBusy("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(demo, "_walk", full)
        with pytest.raises(StoreBusy):
            fill_new(settings, demo.seed)
    assert not (tmp_path / "isange.db").exists()

    (tmp_path / ".isange.db.unfinished").write_text("of a start that was killed")
    fill_new(settings, demo.seed)
    with closing(build(settings)) as house:
        assert house.store.open_cases([demo.CENTRES[0].id])
        assert house.store.verify_trail() == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["isange.db", "isange.key"]


def test_a_database_with_people_is_not_seeded_again(seeded: House):
    count = len(seeded.store.accounts())
    demo.seed(seeded)
    assert len(seeded.store.accounts()) == count


# the command line


def test_serve_demo_serves_pages_and_api_prints_the_logins_and_stops_when_told(tmp_path: Path):
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "serve", "--demo", "--port", "0"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("ISANGE_")}
        | {"PYTHONPATH": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        printed = ""
        while "Isange is ready: " not in printed:
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            printed += line
        assert demo.PASSWORD in printed
        address = re.search(r"http://[\d.]+:\d+", printed)
        assert address is not None
        assert httpx.get(f"{address[0]}/api/v1/ready").json() == {"status": "ok"}
        assert httpx.get(address[0], follow_redirects=True).status_code == 200
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
    assert process.returncode in (0, -signal.SIGTERM)
    assert [json.loads(line)["event"] for line in errors.splitlines() if "request" not in line] == []
    assert (tmp_path / "var" / "isange.db").exists()
    assert (tmp_path / "var" / "isange.key").stat().st_mode & 0o077 == 0


def test_production_without_a_key_says_in_one_line_what_to_do(tmp_path: Path):
    done = isange(tmp_path, "serve")
    assert (done.returncode, done.stdout) == (1, "")
    assert "openssl rand -hex 32" in done.stderr
    assert "isange serve --demo" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_command_line_adds_a_centre_and_people_and_disables_them(
    tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
):
    """Every command is once a process of its own; the others start in this one, which has read everything."""
    env = {"ISANGE_KEY": STRONG, "ISANGE_CONTENT": content, "ISANGE_DATABASE": f"sqlite:///{tmp_path}/isange.db"}
    start = "ana may sign in with the start password "
    steps = [
        (("centre", "add", "kacyiru", "--name", "Kacyiru", "--zone", "Africa/Kigali"), 0, "Centre kacyiru is added"),
        (("centre", "add", "kacyiru", "--name", "Kacyiru one", "--zone", "Africa/Kigali"), 1, "changes it"),
        (("centre", "change", "kacyiru", "--name", "Kacyiru one"), 0, "Centre kacyiru is changed"),
        (("person", "add", "ana", "--role", "kacyiru:cook"), 1, "No role cook. There are: medical, reception"),
        (("person", "add", "ana", "--role", "far:medical"), 1, "No centre far. There are: kacyiru"),
        (("person", "add", "ana", "--role", "kacyiru:medical"), 0, start),
        (("person", "add", "Ana", "--role", "kacyiru:medical"), 1, "The login ana is taken"),
        (("person", "roles", "ana", "--role", "kacyiru:reception"), 0, "ana has the roles given"),
        (("person", "password", "ana"), 0, start),
        (("person", "disable", "ana"), 0, "ana may no longer sign in"),
        (("person", "enable", "ana"), 0, "ana may sign in again"),
        (("person", "disable", "bo"), 1, "Nobody has the login bo"),
        (("editions",), 0, "rwanda  by release, approved by release"),
        (("verify-trail",), 0, "kacyiru:7:"),
        (("verify-trail", "--head", "kacyiru:9:0123456789abcdef"), 1, "kacyiru entry 9: The entry that was written"),
        *(
            (("verify-trail", "--head", bad), 2, f"argument --head: expected a line as verify-trail prints it, {form}")
            for bad in (
                "kacyiru:9:0123",
                "kacyiru:0:",
                "kacyiru",
                "kacyiru:-1:0123456789abcdef",
                f"kacyiru:9:{'g' * 16}",
            )
            for form in ["CENTRE:SEQ:HASH with at least 16 digits"]
        ),
    ]
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    started: set[str] = set()
    for words, status, said in steps:
        if words[0] in started:
            done = here(capfd, *words)
        else:
            started.add(words[0])
            done = isange(tmp_path, *words, **env)
        assert said in done.stdout + done.stderr
        assert done.returncode == status


def test_check_reports_as_json_and_its_exit_code_says_how_it_went(tmp_path: Path, content: str):
    done = isange(tmp_path, "check", content, "--json")
    report = json.loads(done.stdout)
    errors = [item for item in report["findings"] if item["severity"] == "error"]
    assert done.returncode == (1 if errors else 0)
    assert len(report["edition"]) == 64
    assert {duty["status"] for duty in report["duties"]} == {"unproved"}
    (Path(content) / MANIFEST).write_text("id: [")
    broken = isange(tmp_path, "check", content, "--json")
    assert broken.returncode == 2
    assert json.loads(broken.stdout)["edition"] == ""


def test_drill_says_when_there_is_nothing_it_can_read(tmp_path: Path):
    done = isange(tmp_path, "drill", str(tmp_path / "nothing.feature"))
    assert done.returncode == 2
    assert "nothing.feature" in done.stderr


def test_who_reads_only_the_first_line_of_a_report_meets_no_traceback(tmp_path: Path):
    root = str(Path(__file__).resolve().parents[2])
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", "check", "--lint", "--json"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": root},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_port_in_use_is_said_in_one_sentence_before_anything_is_made(tmp_path: Path, content: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        env = {"ISANGE_KEY": STRONG, "ISANGE_CONTENT": content}
        done = isange(tmp_path, "serve", "--demo", "--port", port, **env)
    assert (done.returncode, done.stdout) == (1, "")
    said = rf"isange: Port {port} on 127.0.0.1 cannot be had: .* with --port or as `make run PORT=\.\.\.`\n"
    assert re.fullmatch(said, done.stderr)
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(("words", "asked"), [([], "--demo "), (["PORT=9000"], "--demo --port 9000")])
def test_make_run_serves_on_the_port_that_is_named(words: list[str], asked: str):
    root = Path(__file__).resolve().parents[2]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | {"PORT": "1"}
    told = subprocess.run(
        ["make", "--dry-run", "run", *words], cwd=root, env=clean, capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines()[-1] == f".venv/bin/isange serve {asked}"


def test_the_database_file_is_its_owners_alone_and_production_refuses_another(tmp_path: Path, content: str):
    settings = Settings(database=f"sqlite:///{tmp_path}/isange.db", content=content, key_text=STRONG)
    build(settings).close()
    file = tmp_path / "isange.db"
    assert file.stat().st_mode & 0o077 == 0
    file.chmod(0o640)
    with pytest.raises(SettingsError, match="Others can read the database file .* `chmod 600`"):
        build(settings)


@pytest.mark.parametrize(
    "command",
    [
        "seed --cases 2 --open 1 --centres 1 --samples 2",
        "centre add kigali --name Kigali",
    ],
)
def test_a_folder_that_is_not_there_is_said_and_never_made(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ISANGE_KEY", STRONG)
    monkeypatch.setenv("ISANGE_DATABASE", f"sqlite:///{tmp_path}/no/such/isange.db")

    assert cli.main(command.split()) == 1

    assert capsys.readouterr() == (
        "",
        f"isange: There is no folder {tmp_path}/no/such. Make it, or name another database, with --database or "
        "ISANGE_DATABASE\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_two_demos_started_at_once_on_a_new_file_both_come_up(tmp_path: Path):
    root = str(Path(__file__).resolve().parents[2])
    code = (
        "from contextlib import closing; from web import demo, house as made; from web.settings import Settings\n"
        "settings = Settings(mode='demo')\n"
        "with made.starting(settings), closing(made.build(settings)) as house: demo.seed(house)"
    )
    command = [sys.executable, "-c", code]
    options = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": root}, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, **options) for _ in range(2)]  # type: ignore[call-overload]
    said = [each.communicate(timeout=120)[1] for each in both]
    assert [each.returncode for each in both] == [0, 0], said


def test_an_answer_does_not_wait_for_its_first_part_to_be_acknowledged() -> None:
    with (
        listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
