"""The key: a demo makes its own, production takes only one of its own that nobody else can read."""

from pathlib import Path

import pytest

from web.key import key_of
from web.settings import Settings, SettingsError

STRONG = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210"


def test_a_demo_makes_its_own_key_once_beside_its_database(tmp_path: Path):
    settings = Settings(mode="demo", database=f"sqlite:///{tmp_path}/new/isange.db")
    key = key_of(settings)
    assert key_of(settings) == key
    assert len(key) == 32
    assert settings.key_path.stat().st_mode & 0o077 == 0


def test_production_refuses_the_key_of_a_demo(tmp_path: Path):
    demo = Settings(mode="demo", database=f"sqlite:///{tmp_path}/isange.db")
    key_of(demo)
    with pytest.raises(SettingsError, match="The key is a demo's"):
        key_of(Settings(mode="production", key_file=str(demo.key_path)))


def test_production_refuses_a_key_file_that_others_can_read(tmp_path: Path):
    file = tmp_path / "key"
    file.write_text(STRONG)
    file.chmod(0o644)
    production = Settings(mode="production", key_file=str(file))
    with pytest.raises(SettingsError, match="chmod 600"):
        key_of(production)
    file.chmod(0o600)
    assert key_of(production) == bytes.fromhex(STRONG)


def test_two_keys_that_differ_stop_the_start_and_the_same_twice_does_not(tmp_path: Path):
    file = tmp_path / "key"
    file.write_text(STRONG + "\n")
    file.chmod(0o600)

    assert key_of(Settings(key_file=str(file), key_text=STRONG.upper())) == bytes.fromhex(STRONG)
    with pytest.raises(SettingsError, match="hold two different keys. Unset one of them"):
        key_of(Settings(key_file=str(file), key_text=STRONG[::-1]))
