# make chat   sets everything up and opens the chat
# make test   sets everything up and runs every check
# The virtual environment is .venv; PYTHON=python3.12 make chat takes another Python.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet

.PHONY: chat test check picture discord-picture page-picture benchmark lock clean

chat: .venv/run.done
	@$(BIN)/kotae chat

test: .venv/test.done
	@$(MAKE) --no-print-directory check

check:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --num-workers 2
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n 2 --dist worksteal --tb=native -m "not opensearch"
	KOTAE_TEST_EXAMPLES=5 $(BIN)/python -m pytest -m opensearch --timeout 600 -rs

# The README's picture of the chat, from a chat that really takes place.
picture: .venv/run.done
	$(BIN)/python docs/picture.py

# The README's picture of Discord, from a message that the bot really sent; needs npm, Chromium, and fonts with Japanese and emoji.
discord-picture: .venv/test.done
	rm -rf build/discord && mkdir -p build/discord
	cd build/discord && npm install --silent --no-save @skyra/discord-components-core@4 esbuild
	cd build/discord && echo 'import "@skyra/discord-components-core";' | \
		npx esbuild --bundle --format=esm --outfile=discord.js --log-level=error
	$(BIN)/python docs/discord_picture.py build/discord/discord.html
	chromium --headless --no-sandbox --allow-file-access-from-files --virtual-time-budget=5000 --window-size=760,412 \
		--force-device-scale-factor=1.5 --screenshot=docs/discord.png "file://$(CURDIR)/build/discord/discord.html"

# The README's picture of the page, from the page itself; needs Chromium and Japanese fonts (Debian: fonts-noto-cjk).
page-picture: .venv/test.done
	$(BIN)/python docs/page_picture.py

benchmark: .venv/test.done
	$(BIN)/python -m tests.benchmarks.startup
	$(BIN)/python -m tests.benchmarks.questions
	$(BIN)/python -m tests.benchmarks.vectors
	$(BIN)/python -m tests.benchmarks.discord_load
	$(BIN)/python -m tests.benchmarks.discord_processes
	$(BIN)/python -m tests.benchmarks.soak
	$(BIN)/python -m tests.benchmarks.permissions 10000
	$(BIN)/python -m tests.benchmarks.engines --sizes 10000
	$(BIN)/python -m tests.benchmarks.store --sizes 10000
	$(BIN)/python -m tests.benchmarks.opensearch --size 10000 --questions 200

# New versions of everything that is installed; needs uv.
lock:
	uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade --quiet --output-file requirements/run.txt
	uv pip compile pyproject.toml requirements/build.in --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --upgrade --quiet --output-file requirements/test.txt
	uv pip compile pyproject.toml requirements/build.in --extra serve --extra postgresql --extra opensearch \
		--extra telemetry --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade --quiet \
		--output-file requirements/server.txt

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
	@$(BIN)/python -m compileall -q bot index
	@touch $@

.venv/test.done: requirements/test.txt pyproject.toml | .venv/bin/python
	@echo "kotae: installing what the checks need into .venv" >&2
	@$(PIP) --require-hashes -r requirements/test.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q bot index
	@touch $@
