# make demo    analyse the built-in synthetic sample; ends with the path of the report
# make test    style, types, import order, tests
# Both create $(VENV) from the lock file first. Any Python from 3.11 to 3.13 will do.

VENV ?= .venv
LOCK ?= requirements.lock
SUITABLE = import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c '$(SUITABLE)' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN = $(VENV)/bin
WHICH ?= not slow
READY = $(VENV)/.ready

.PHONY: demo test lint pytest test-slow test-lowest models notebooks figures docs lock clean

demo: $(READY)
	@rm -rf out/demo
	@$(BIN)/readout-nlp run --out out/demo

test: lint pytest

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy --config-file benchmarks/mypy.ini
	$(BIN)/lint-imports --no-cache

pytest: $(READY)
	$(BIN)/pytest -m "$(WHICH)"

test-slow: $(READY)
	$(BIN)/pytest -m slow

# the same tests against the lowest versions that pyproject.toml allows, but for those that ask nothing of them: the page
# in a browser, the terminal, documentation, killed processes and runs, plans, clusters, bounds of memory, replications, properties
# of the parser, the planted sample. Two versions of numba must not share compiled
# loops: one may read what the other is about to replace
test-lowest:
	NUMBA_CACHE_DIR=$(CURDIR)/.venv-lowest/numba $(MAKE) pytest VENV=.venv-lowest LOCK=requirements-lowest.lock WHICH="not slow and not browser and not once"

models: $(READY)
	$(BIN)/python tools/build_models.py

notebooks: $(READY)
	$(BIN)/python tools/run_notebooks.py

figures: $(READY)
	$(BIN)/python tools/build_readme_figure.py

# out/docs/index.html; a warning is an error. FRESH=1 builds every page again
docs: $(READY)
	$(BIN)/sphinx-build -W --keep-going -q -j auto $(if $(FRESH),-E -a) -d out/docs-cache docs out/docs
	@echo out/docs/index.html

# needs uv (pip install uv); the only target that does
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra test --extra docs pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--resolution lowest-direct --extra test pyproject.toml -o requirements-lowest.lock

clean:
	rm -rf .venv .venv-lowest out

$(READY): $(LOCK) pyproject.toml
	@test -n "$(PYTHON)" || { echo "found no Python 3.11, 3.12 or 3.13; install one, or call make PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps -e .
	@touch $(READY)
