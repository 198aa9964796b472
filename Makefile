# Every command makes what it needs: the virtual environment, the pinned requirements, the project itself.
# PYTHON=/path/to/python3.11 picks the interpreter; AS_OF=2023-12-28 picks the moment of `make brief`;
# JOBS=2 says how many processes `make test` uses.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
AS_OF ?= 2023-12-28
PORT ?= 8000
JOBS ?= 2
PYTHON ?=

RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
LOCK := build/lock/bin

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help brief test check lint format serve bench docs lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

brief: $(RUNTIME) ## the brief as of AS_OF on the terminal, and as HTML and JSON in out/
	@mkdir -p out
	@$(BIN)/corredor brief --as-of $(AS_OF)
	@$(BIN)/corredor brief --as-of $(AS_OF) --format html -o out/brief-$(AS_OF).html
	@$(BIN)/corredor brief --as-of $(AS_OF) --format json -o out/brief-$(AS_OF).json

test: check ## lint, types, import contract, then all tests with coverage of at least 90%
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile --cov --cov-report=term

check: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint: check ## ruff, format, types and the import contract, without the tests

format: $(DEV) ## put the code into ruff's format, and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: brief ## the brief's HTML and JSON on http://127.0.0.1:8000/ (PORT=8000), files only
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory out $(PORT)

bench: $(DEV) ## measure what benchmarks/ holds on this machine; results go to benchmarks/results/
	@set -e; for file in benchmarks/[a-z]*.py; do \
	  name=$$(basename $$file .py); echo "== $$name"; $(BIN)/python -m benchmarks.$$name; \
	done

docs: $(DEV) ## build the documentation into site/
	$(BIN)/mkdocs build --strict
	@echo "open site/index.html"

lock: $(LOCK)/pip-compile ## pin the requirements anew, with hashes and without index addresses
	$(LOCK)/pip-compile $(LOCK_OPTIONS) --output-file requirements.txt pyproject.toml
	$(LOCK)/pip-compile $(LOCK_OPTIONS) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

LOCK_OPTIONS := --quiet --upgrade --all-build-deps --allow-unsafe --generate-hashes --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate --resolver=backtracking

clean: ## remove what the commands above made, the environment included
	rm -rf $(VENV) build out site .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(RUNTIME): requirements.txt pyproject.toml | $(BIN)/python
	@echo "installing the runtime requirements into $(VENV)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "installing the development requirements into $(VENV)"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(LOCK)/pip-compile: | $(BIN)/python
	$(BIN)/python -m venv build/lock
	$(LOCK)/python -m pip --quiet install pip-tools

# The first interpreter that answers and is new enough; a shim that does not run is passed over.
$(BIN)/python:
	@for python in $(or $(PYTHON),python3 python3.11 python3.12 python3.13 python3.14 python); do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "No Python 3.11 or newer found. Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; \
	fi; \
	echo "making $(VENV) with $$found"; \
	if ! $$found -m venv $(VENV); then \
	  rm -rf $(VENV); \
	  echo "$$found cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; \
	fi
