# Everything that is done with this repository. `make` alone lists it.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PIN := $(PIP) install --require-hashes --requirement requirements/build.txt --requirement
SELF := $(PIP) install --no-deps --no-build-isolation --editable .
LOCK := uv pip compile --annotation-style line --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header \
	--quiet $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help up local test campaigns fuzz soak check format tidy lint types imports structure docs bench bench-fleet bench-ratings bench-start lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r verb text; do \
		printf '%-18s %s\n' "$$verb" "$$text"; done

up: .venv/.serves ## install what is missing and start the gateway; ARGS="--sandbox --port 4010" are passed on
	@exec $(BIN)/halfopen up $(ARGS)

local: .venv/.local ## add llama.cpp, so that this machine can serve models itself

test: .venv/.tests ## run every test but the slow campaigns; ARGS="-k breaker" are passed on
	@$(BIN)/python -m pytest -m "not slow" $(ARGS)

campaigns: .venv/.tests ## run the slow campaigns that `make test` leaves out
	@$(BIN)/python -m pytest -m slow --timeout 1800 $(ARGS)

check: format lint types imports test ## everything a change must pass; structure and docs are among the tests

format: .venv/.tests ## is it formatted? (`make tidy` does it)
	@$(BIN)/ruff format --check

tidy: .venv/.tests ## format it, and mend what ruff can
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

lint: .venv/.tests ## ruff
	@$(BIN)/ruff check

types: .venv/.tests ## mypy, strict
	@$(BIN)/mypy

imports: .venv/.tests ## who may import whom
	@$(BIN)/lint-imports

fuzz: .venv/.tests ## nearly right bytes for every reader of the wire; MINUTES=10 are the default
	@$(BIN)/python -m tests.wire.fuzz.campaign --minutes $(or $(MINUTES),10) $(ARGS)

soak: .venv/.tests ## a million mixed requests: is memory flat, do the books balance? ARGS="--requests 100000"
	@$(BIN)/python -m tests.apps.serve.keeping.soak $(ARGS)

structure: .venv/.tests ## sizes, names, nesting, docstrings
	@$(BIN)/python -m pytest tests/test_structure.py

docs: .venv/.tests ## are they complete, and does the README run?
	@$(BIN)/python -m pytest tests/test_docs.py

bench: .venv/.tests ## the gateway beside its peers on this machine, as ratios
	@$(BIN)/python benchmarks/gateway.py $(ARGS)

bench-ratings: .venv/.peers ## our ratings beside evalica, choix and arena-rank: time, agreement, coverage
	@.venv/peers/bin/python benchmarks/ratings/engines.py $(ARGS)
	@.venv/peers/bin/python benchmarks/ratings/coverage.py --pools 20 --peers

bench-fleet: .venv/.tests ## the planner against measured servers, each architecture left out; ARGS="--write" rewrites docs/fleet.md
	@$(BIN)/python benchmarks/fleet/accuracy.py $(ARGS)

bench-start: .venv/.serves ## how long `halfopen compare` and `halfopen advise` take from a cold start
	@$(BIN)/python benchmarks/start.py $(ARGS)

lock: ## write requirements/*.txt anew from pyproject.toml; UPGRADE=1 takes the newest releases
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; "$$tools/bin/python" -m pip --disable-pip-version-check --quiet install uv; \
	PATH="$$tools/bin:$$PATH"; export UV_CUSTOM_COMPILE_COMMAND="make lock"; \
	$(LOCK) pyproject.toml --extra local --group test --group build --output-file requirements/test.txt; \
	$(LOCK) pyproject.toml --extra local --constraint requirements/test.txt --output-file requirements/local.txt; \
	$(LOCK) pyproject.toml --constraint requirements/test.txt --output-file requirements/base.txt; \
	$(LOCK) --group build --constraint requirements/test.txt --output-file requirements/build.txt

clean: ## remove what was made here
	@rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# The stamps below are newer than what they were made from, so nothing is installed twice.

.venv/.made:
	@command -v $(PYTHON) >/dev/null || { echo "halfopen needs Python 3.11 or newer, and there is no $(PYTHON). On Debian and Ubuntu: sudo apt-get install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "halfopen needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment: its venv is a package of its own here. On Debian and Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/.serves: .venv/.made requirements/base.txt requirements/build.txt pyproject.toml
	@echo "Installing halfopen into .venv ..."
	@$(PIN) requirements/base.txt
	@$(SELF)
	@touch $@

# The peers are tried in a virtualenv of their own: jax is no guest for the one that serves.
.venv/.peers: .venv/.made benchmarks/ratings/requirements.txt
	@echo "Installing the rating engines of others into .venv/peers ..."
	@$(PYTHON) -m venv .venv/peers
	@.venv/peers/bin/python -m pip --disable-pip-version-check --quiet install --requirement benchmarks/ratings/requirements.txt
	@touch $@

.venv/.local: .venv/.serves requirements/local.txt
	@echo "Installing llama.cpp into .venv ..."
	@$(PIN) requirements/local.txt
	@touch $@

.venv/.tests: .venv/.made requirements/test.txt requirements/build.txt pyproject.toml
	@echo "Installing what the tests need into .venv ..."
	@$(PIN) requirements/test.txt
	@$(SELF)
	@touch $@
