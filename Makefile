# Everything a contributor runs. The first target that needs it makes .venv; after that nothing
# touches the network until pyproject.toml changes.

PYTHON ?=
BIN := .venv/bin
READY := .venv/.ready

# Each candidate is run, not only looked up: a pyenv shim is found for versions that are not switched on.
CANDIDATES = $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
FIND_PYTHON = for each in $(CANDIDATES); do \
	if "$$each" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then found=$$each; break; fi; done; \
	if [ -z "$$found" ]; then \
	echo "No Python 3.11 or newer with the venv module was found; tried: $(CANDIDATES)." >&2; \
	echo "Install one (on Debian: python3 and python3-venv) or name it: make PYTHON=/path/to/python3.12" >&2; \
	exit 1; fi

# Tests start planrunner a thousand times, and each would compile all of its modules.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check lint bench format clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## run the example plan against the built-in pizza shop and write its reports
	$(BIN)/planrunner run plans/quickstart.yml --report-dir reports

test: lint ## check, then run the whole test suite with coverage
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term-missing

check: lint ## check formatting, lint, types and the fast tests (under a minute)
	$(BIN)/python -m pytest -n auto --dist worksteal -q -m 'not slow and not server'

lint: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

bench: $(READY) ## measure load, memory and accuracy beside peers (BENCH=--long: about an hour)
	$(BIN)/python -m benchmarks $(BENCH)

format: $(READY) ## format the code and mend what the linter can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## remove everything that was made, .venv included
	rm -rf .venv .venv-bench build dist reports htmlcov *.egg-info .coverage .coverage.* \
		.mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml
	@found=; $(FIND_PYTHON); \
	echo "Setting up .venv with $$("$$found" --version) ..."; \
	[ -x $(BIN)/python ] || "$$found" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)
