"""Settings: read from one table that the documentation repeats; production refuses what is unfit for real people."""

import re
from pathlib import Path

import pytest

from web.cli import main
from web.production import refuse_unsafe
from web.settings import Settings, SettingsError, read, table

ROOT = Path(__file__).resolve().parents[2]
STRONG = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"


def production(**changes: object) -> Settings:
    return Settings(**{"mode": "production", "key_text": STRONG, **changes})


def test_the_documentation_lists_every_setting_with_its_default_and_meaning():
    words = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(ISANGE_\w+)` \| (.*?) \| (.*) \|$", words, re.MULTILINE)
    expected = [
        (row.metadata["env"], f"`{row.metadata['default']}`" if row.metadata["default"] else "(none)",
         row.metadata["meaning"])
        for row in table()
    ]  # fmt: skip
    assert documented == expected


def test_every_variable_that_the_code_reads_is_in_the_table():
    known = {row.metadata["env"] for row in table()} | {"ISANGE_FAILPOINT", "ISANGE_TEST_", "ISANGE_"}
    sources = [*(ROOT / "web").rglob("*.py"), *(ROOT / "engine").rglob("*.py"), ROOT / "Makefile"]
    named = {name for file in sources for name in re.findall(r"\bISANGE_[A-Z_]*", file.read_text(encoding="utf-8"))}
    assert named <= known


def test_an_empty_environment_gives_the_defaults_and_is_production():
    assert read({}) == Settings()
    assert read({}).production


def test_variables_are_read_and_the_command_line_wins():
    settings = read({"ISANGE_PORT": "9000", "ISANGE_TRUSTED_HOSTS": "a.rw, b.rw"}, port=9001, host=None)
    assert (settings.port, settings.trusted_hosts, settings.host) == (9001, ("a.rw", "b.rw"), "127.0.0.1")


def test_a_misspelt_variable_stops_the_start():
    with pytest.raises(SettingsError, match="ISANGE_TRUSTED_HOST is no setting"):
        read({"ISANGE_TRUSTED_HOST": "a.rw"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ISANGE_PORT", "http"),
        ("ISANGE_PORT", "\uff18\uff10"),
        ("ISANGE_PORT", "+1"),
        ("ISANGE_LOCK_MINUTES", "1_0"),
        ("ISANGE_MODE", "test"),
        ("ISANGE_WORKER", "1"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_and_not_repeated(name: str, value: str):
    with pytest.raises(SettingsError, match=f"{name} cannot be read") as caught:
        read({name: value})
    assert f"'{value}'" not in str(caught.value)


def test_a_demo_does_not_start_where_production_is_set():
    with pytest.raises(SettingsError, match="no demo can start here"):
        read({"ISANGE_MODE": "production"}, mode="demo")


@pytest.mark.parametrize(
    ("key", "complaint"),
    [("", "No key is set"), ("00" * 32, "too weak"), (STRONG[:32], "too weak"), ("secret" * 10, "not hexadecimal")],
)
def test_production_refuses_a_missing_or_weak_key_and_says_how_to_make_one(key: str, complaint: str):
    with pytest.raises(SettingsError, match=complaint) as caught:
        refuse_unsafe(production(key_text=key), {}, ())
    assert "openssl rand -hex 32" in str(caught.value)


def test_production_refuses_demo_accounts_failpoints_and_endless_sessions():
    with pytest.raises(SettingsError, match="1 demo accounts"):
        refuse_unsafe(production(), {}, ["someone"])
    with pytest.raises(SettingsError, match="Unset it"):
        refuse_unsafe(production(), {"ISANGE_FAILPOINT": "keep.after_commit"}, ())
    with pytest.raises(SettingsError, match="never lock or end"):
        refuse_unsafe(production(lock_minutes=0), {}, ())
    refuse_unsafe(production(), {}, ())


def test_production_refuses_to_speak_plain_http_on_a_network():
    with pytest.raises(SettingsError, match="plain HTTP"):
        refuse_unsafe(production(host="0.0.0.0"), {}, ())  # noqa: S104  # what is refused
    refuse_unsafe(production(host="0.0.0.0", proxies=1), {}, ())  # noqa: S104


def test_a_demo_may_hold_demo_accounts_and_failpoints():
    refuse_unsafe(Settings(mode="demo"), {"ISANGE_FAILPOINT": "keep.after_commit"}, ["someone"])


def test_the_key_is_in_no_representation_of_the_settings():
    assert STRONG not in repr(production())


@pytest.mark.parametrize("port", ["abc", "99999", "-1", "65536", ""])
def test_what_is_no_port_is_told_what_one_is(port: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SettingsError, match="a number from 0 to 65535"):
        read({"ISANGE_PORT": port})
    with pytest.raises(SystemExit) as refused:
        main(["serve", f"--port={port}"])
    assert refused.value.code == 2
    assert f"a port is a number from 0 to 65535 (0 takes any that is free), such as 9000, but this is {port!r}" in (
        capsys.readouterr().err
    )
    assert read({"ISANGE_PORT": "65535"}).port == 65_535
