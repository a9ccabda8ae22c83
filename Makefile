# make chat   sets everything up and opens the chat
# make test   sets everything up and runs every check
# The virtual environment is .venv; PYTHON=python3.12 make chat takes another Python.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet

.PHONY: chat test check picture benchmark lock clean

chat: .venv/run.done
	@$(BIN)/kotae chat

test: .venv/test.done
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

# The README's picture of the chat, from a chat that really takes place.
picture: .venv/run.done
	$(BIN)/python docs/picture.py

benchmark: .venv/run.done
	$(BIN)/python -m tests.benchmarks.startup
	$(BIN)/python -m tests.benchmarks.questions

# New versions of everything that is installed; needs uv.
lock:
	uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade --quiet --output-file requirements/run.txt
	uv pip compile pyproject.toml requirements/build.in --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade --quiet --output-file requirements/test.txt

clean:
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "kotae needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/run.done: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "kotae: installing into .venv (once, about a minute) / .venv に準備しています（初回のみ、1分ほど）" >&2
	@$(PIP) --require-hashes -r requirements/run.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.done: requirements/test.txt pyproject.toml | .venv/bin/python
	@echo "kotae: installing what the checks need into .venv" >&2
	@$(PIP) --require-hashes -r requirements/test.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
