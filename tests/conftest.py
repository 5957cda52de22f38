"""Makes the databases of tests/databases.py known to every test."""

pytest_plugins = ["tests.databases"]
