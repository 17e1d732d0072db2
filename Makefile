# `make run` and `make test` are all a fresh machine needs: Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)

# Without bytecode on disk, every test process would compile and rewrite all modules again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run sandbox check quick test intruder look bench soak stack chaos hooks lock clean chromium firefox postgresql \
	nginx faketime

help: ## What make can do
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-9s %s\n", $$1, $$2}'

run: $(VENV)/.run ## The application on http://localhost:8501, with a simulated PagerDuty account
	@$(BIN)/python -m corvana.start

sandbox: $(VENV)/.run ## The simulated PagerDuty account alone
	$(BIN)/python -m corvana sandbox

# The journey has the machine to itself: it promises seconds.
JOURNEY := tests/e2e/test_journey.py
# One more than there are processors: now and then a test waits.
WORKERS = $(shell $(BIN)/python -c "import os; print((os.cpu_count() or 1) + 1)")
# With COVERAGE=1 the tests without a browser measure branches too, and fail below the floor.
COVERED = $(if $(COVERAGE),--cov --cov-report=term)
# A file stays in one process, and files start in the order of tests/conftest.py: the longest first.
test: $(VENV)/.dev chromium postgresql nginx ## Every test, a real browser and PostgreSQL included
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(COVERED) --ignore tests/e2e --ignore tests/intruder --ignore tests/stack
	$(BIN)/python -m pytest $(JOURNEY)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" --ignore $(JOURNEY) tests/e2e tests/stack

intruder: $(VENV)/.dev chromium nginx ## Everything somebody could try from outside, on a hosted application
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/intruder

QUICK := tests/analysis tests/charts tests/pagerduty tests/questions tests/test_config.py \
	tests/test_frames.py tests/test_house_rules.py
quick: $(VENV)/.dev ## The tests that need no browser, server, process or large account: under a minute
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow and not served" $(QUICK)

# With axe in the dark, many viewers at once, and a first visit in Firefox.
look: $(VENV)/.dev chromium firefox ## Every page at three widths, light and dark, as pictures in test-results/
	$(BIN)/python -m pytest -m slow tests/e2e

# The browser tests' Chromium, where the system has none (Debian, Ubuntu).
chromium:
	@command -v chromium >/dev/null || { $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

# The second browser of `make look`; without it its test is skipped.
firefox:
	@command -v firefox-esr >/dev/null || command -v firefox >/dev/null || { $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends firefox-esr >/dev/null; } || \
		echo "Firefox could not be installed: the test that needs it is skipped" >&2

# The proxy of the tests of a hosted application, not started as a service; without it they are skipped.
nginx:
	@test -x "$$(PATH=$$PATH:/usr/sbin command -v nginx)" || { $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends nginx-light >/dev/null && \
		{ $(SUDO) systemctl disable --now nginx >/dev/null 2>&1 || true; }; } || \
		echo "nginx could not be installed: the tests that need it are skipped" >&2

# Another time of day for one process of the whole stack; without it no test has one.
faketime:
	@ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || { $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends faketime >/dev/null; } || \
		echo "faketime could not be installed: the tests that need it are skipped" >&2

# The server the tests start for themselves; where it cannot be installed, those tests are skipped.
postgresql:
	@test -n "$$CORVANA_TEST_POSTGRESQL_URL" || command -v initdb >/dev/null || \
		ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } || \
		echo "PostgreSQL could not be installed: the tests that need it are skipped" >&2

check: $(VENV)/.dev ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## What is promised beside what is measured; takes about an hour and a half
	@for script in benchmarks/bench_*.py; do echo "== $$script"; PYTHONPATH=. $(BIN)/python $$script || exit 1; done

# A failed run prints its seed.
RUNS ?= 200
SEED ?= 1
soak: $(VENV)/.dev ## Collection runs with random faults: RUNS= how many, SEED= the first one's
	$(BIN)/python -m tests.soak --runs $(RUNS) --seed $(SEED)

# What is in the folder stays there, and the next start goes on with it.
STACK ?= .data/stack
WEB ?= 2
WORKER ?= 3
ACCOUNTS ?= 0
stack: $(VENV)/.dev postgresql nginx faketime ## All of a hosted installation on this computer, without containers
	@$(BIN)/python -m tests.stack --folder "$(STACK)" --web $(WEB) --workers $(WORKER) --accounts $(ACCOUNTS)

# The short form is at most five minutes, for every change.
chaos: $(VENV)/.dev postgresql nginx faketime ## The whole stack in trouble, and what has to hold; SHORT=1 for less of it
	$(BIN)/python -m tests.chaos $(if $(SHORT),--short)

hooks: $(VENV)/.dev ## Format, lint and types before every commit
	$(BIN)/pre-commit install

lock: $(VENV)/.dev ## Pin the newest versions of all requirements
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-options -o requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-options -o requirements-dev.txt requirements-dev.in

# Asked twice: what Python says of itself, and what its code says.
IS_OLD = case "$$($(PYTHON) --version 2>&1)" in "Python 2."*|"Python 3."[0-9]|"Python 3."[0-9].*|"Python 3.10"*) true;; \
	*) test "$$($(PYTHON) -c 'import sys; print(sys.version_info >= (3, 11))' 2>/dev/null)" != True;; esac
# Each library is a line, so that a slow network is seen to go on.
PIP = $(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes

$(BIN)/python:
	@if $(IS_OLD); then \
		echo "Corvana needs Python 3.11 or newer, and $(PYTHON) is not: name a newer one, as in make run PYTHON=python3.11" >&2; \
		exit 1; \
	fi
	@echo "Making an environment of its own in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	@echo "Installing the libraries of requirements.txt into $(VENV): about 600 MB, a minute or two. This needs the network."
	@$(PIP) -r requirements.txt || { echo "The libraries could not be installed: is there a network?" >&2; exit 1; }
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what tests and checks need into $(VENV). This needs the network."
	@$(PIP) --quiet -r requirements-dev.txt
	@touch $@

clean: ## Remove the environment, the data and all caches
	rm -rf $(VENV) .data .pytest_cache .mypy_cache .ruff_cache
