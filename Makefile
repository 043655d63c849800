# Everything runs inside .venv; nothing is installed outside it, and no Python is downloaded.
# `make brief` and `make test` are all that a fresh clone needs.

PYTHON ?= python3
TRIANGLE ?= RUS PRK
OUT ?= out
JOBS ?= 2
UV_VERSION := 0.13.9
BIN := .venv/bin
LOCK := pyproject.toml uv.lock

export UV_PYTHON_DOWNLOADS := never
export UV_PYTHON := $(CURDIR)/$(BIN)/python
export UV_PROJECT_ENVIRONMENT := $(CURDIR)/.venv
export UV_LINK_MODE := copy
export VIRTUAL_ENV :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NO_MKDOCS_2_WARNING := 1

# --inexact keeps uv itself, and what another group brought.
SYNC := $(BIN)/uv sync --frozen --inexact --quiet

.PHONY: help setup setup-core brief test check docs bench clean
.DELETE_ON_ERROR:

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

$(BIN)/uv: ## uv inside a virtual environment of the machine's own Python
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Khasan needs Python 3.11 or later; name one with make PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq 'uv==$(UV_VERSION)'
	@touch $@

.venv/.core: $(LOCK) | $(BIN)/uv
	@echo "Setting up .venv (core)"
	@$(SYNC)
	@touch $@

.venv/.dev: $(LOCK) | $(BIN)/uv
	@echo "Setting up .venv (core, tests)"
	@$(SYNC) --group dev
	@touch $@ .venv/.core

.venv/.all: $(LOCK) | $(BIN)/uv
	@echo "Setting up .venv (core, tests, docs)"
	@$(SYNC) --group dev --group docs
	@touch $@ .venv/.core .venv/.dev

setup: .venv/.all ## Set up everything: core, tests, docs

setup-core: .venv/.core ## Set up what a brief needs, and no more

brief: .venv/.core ## Write the brief to out/, print its bottom line and where it is
	@$(BIN)/khasan brief $(TRIANGLE) --out $(OUT)

test: .venv/.dev ## Run the tests
	@$(BIN)/python -m pytest -n $(JOBS)

check: .venv/.all ## Format, lint, types, import contracts, casebook, docs
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/frictionless validate casebooks/rus-prk/datapackage.json
	@$(BIN)/mkdocs build --strict --quiet
	@echo "check: done"

docs: .venv/.all ## Build the documentation into site/
	@$(BIN)/mkdocs build --strict --quiet
	@echo "site/index.html"

bench: .venv/.all ## Print timings and memory
	@for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

clean: ## Remove the environment and everything that was built
	rm -rf .venv out site dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
