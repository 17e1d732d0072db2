# `make run` and `make test` are all a fresh machine needs: Python 3.11+ and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)

.PHONY: run test look chromium postgresql check bench soak sandbox lock clean

run: $(VENV)/.run
	$(BIN)/streamlit run app.py

sandbox: $(VENV)/.run
	$(BIN)/python -m corvana sandbox

# The journey has the machine to itself: it promises seconds.
JOURNEY := tests/e2e/test_journey.py
# One more than there are processors: now and then a test waits.
WORKERS = $(shell $(BIN)/python -c "import os; print((os.cpu_count() or 1) + 1)")
# A file stays in one process, and files start in the order of tests/conftest.py: the longest first.
test: $(VENV)/.dev chromium postgresql
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --ignore tests/e2e
	$(BIN)/python -m pytest $(JOURNEY)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" --ignore $(JOURNEY) tests/e2e

# Every page at three widths, light and dark, into test-results/; axe in the dark; many viewers.
look: $(VENV)/.dev chromium
	$(BIN)/python -m pytest -m slow tests/e2e

# The browser tests' Chromium, where the system has none (Debian, Ubuntu).
chromium:
	@command -v chromium >/dev/null || { $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends chromium >/dev/null; }

# The server the tests start for themselves; where it cannot be installed, those tests are skipped.
postgresql:
	@test -n "$$CORVANA_TEST_POSTGRESQL_URL" || command -v initdb >/dev/null || \
		ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } || \
		echo "PostgreSQL could not be installed: the tests that need it are skipped" >&2

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	@for script in benchmarks/bench_*.py; do echo "== $$script"; PYTHONPATH=. $(BIN)/python $$script || exit 1; done

# Random faults, run after run: RUNS=200, and SEED= the first one's, as a failed run prints it.
RUNS ?= 200
SEED ?= 1
soak: $(VENV)/.dev
	$(BIN)/python -m tests.soak --runs $(RUNS) --seed $(SEED)

lock: $(VENV)/.dev
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-options -o requirements.txt requirements.in
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-options -o requirements-dev.txt requirements-dev.in

$(VENV)/.run: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) .data .pytest_cache .mypy_cache .ruff_cache
