"""Every scenario in features/ holds, played by pytest-bdd."""

from pathlib import Path

from pytest_bdd import scenarios

scenarios(str(Path(__file__).parents[2] / "features"))
