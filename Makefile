# Isange: everything a person types. `make help` lists it; needs only Python >= 3.11 and make.

PYTHON ?= python3
PORT :=
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
UV_VERSION := 0.13.9
# Two processes; the one that has finished its half takes over from the other.
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal
# Isange is started a hundred times by its tests: let Python keep what it compiled.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run test lint proofs faults oracle mutants fuzz api-fuzz bench scale lock

help: ## List these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: .venv/ready ## Start Isange with invented cases on http://127.0.0.1:8000 (PORT=9000 takes another port) and print the demo logins
	@$(BIN)/isange serve --demo $(if $(PORT),--port $(PORT))

test: packages .venv/test-ready ## Run every check and every test, browsers and PostgreSQL included
	@$(MAKE) --no-print-directory --jobs=2 lint tests

lint: .venv/test-ready ## Check style, types and who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

proofs: .venv/ready ## Prove the shipped content anew and keep the record that is shipped with it (docs/proofs/)
	$(BIN)/isange check --long --forget --record docs/proofs/rwanda.json \
		--accept "agreed-channel-only=whoever contacts otherwise than agreed is refused, and may record it with a reason (override): the form cannot know; drill D44"

faults: packages .venv/test-ready ## Run the fault tests in their long form (docs/faults.md) and say what was done
	FAULTS=long $(PYTEST) tests/faults

oracle: .venv/test-ready ## Compare the prover and the engine with brute force on more random pathways
	ORACLE=long $(PYTEST) tests/oracle

mutants: .venv/test-ready ## Change one thing of the content at a time and count who notices; hours (ARGS="--kind step", "--sample 30", "--write")
	$(BIN)/python -m tests.mutants $(ARGS)

fuzz: .venv/test-ready ## Throw 20,000 random bad inputs at the readers, pages and API (ARGS="--seed 7" repeats a run)
	$(BIN)/python -m tests.fuzz $(ARGS)

api-fuzz: .venv/test-ready ## Send each operation of the API hundreds of requests, right and wrong, other ones each time
	API_FUZZ_EXAMPLES=300 $(PYTEST) tests/web/test_api_fuzz.py

bench: packages .venv/test-ready .venv/peers-ready ## Measure steps, pages, proofs and the store, and write the tables of benchmarks/README.md
	$(BIN)/python -m benchmarks.step --write
	$(BIN)/python -m benchmarks.profile --write
	$(BIN)/python -m benchmarks.http --write
	$(BIN)/python -m benchmarks.proof --write
	$(BIN)/python -m benchmarks.rivals --write
	$(BIN)/python -m benchmarks.store

scale: packages .venv/test-ready ## Fill databases with a million cases and measure the same pages there; an hour and 40 GB of disk
	$(BIN)/python -m benchmarks.scale --write

lock: .venv/lock-ready ## Write both lock files anew from pyproject.toml (ARGS=--upgrade takes newer versions)
	$(call lock,--extra build --output-file requirements.lock)
	$(call lock,--extra build --extra test --constraint requirements.lock --output-file requirements-test.lock)
	$(eval FROM := benchmarks/peers/requirements.in)$(call lock,--output-file benchmarks/peers/requirements.lock)

lock = .venv/lock/bin/uv pip compile $(or $(FROM),pyproject.toml) --quiet --python-version 3.11 --universal --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(ARGS) $(1)

# What follows is made when it is needed; nobody types it.

.PHONY: packages tests
tests:
	$(BIN)/isange check
	$(PYTEST)

packages:
	@PYTHON=$(PYTHON) sh tests/packages.sh

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Isange needs Python 3.11 or newer; name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@echo "Setting up .venv (once, about a minute)" >&2
	@$(PYTHON) -m venv .venv || { \
		echo "Python cannot make an environment here; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install --no-compile --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test-ready: .venv/ready requirements-test.lock
	@$(PIP) install --require-hashes --requirement requirements-test.lock
	@touch $@

.venv/peers-ready: benchmarks/peers/requirements.lock
	@$(PYTHON) -m venv .venv/peers
	@.venv/peers/bin/python -m pip --disable-pip-version-check -qq install --require-hashes --requirement $<
	@touch $@

.venv/lock-ready: Makefile
	@$(PYTHON) -m venv .venv/lock
	@.venv/lock/bin/python -m pip --disable-pip-version-check --quiet install uv==$(UV_VERSION)
	@touch $@
