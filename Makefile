# Every target works from a fresh clone. `make PYTHON=python3.13 …` uses an environment of its own.
PYTHON ?= python3
VENV := $(if $(filter python3,$(notdir $(PYTHON))),.venv,.venv-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DEMO := demo
WORKERS ?= 2

# Without Java the Spark engine cannot run, so its file leaves the coverage gate, and says so.
JAVA := $(shell command -v java 2>/dev/null)
export NEOPCR_COVERAGE_OMIT := $(if $(JAVA),,*/scoring/spark.py)
export MLFLOW_DISABLE_TELEMETRY := true
export DO_NOT_TRACK := true

.DEFAULT_GOAL := help
.PHONY: help setup format lint types layers test test-slow check demo bench docs audit lock clean

help:            ## This list
	@grep -E '^[a-z-]+: .*##|^[a-z-]+:  +##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 14

setup: $(READY)  ## Build the environment from the lock file

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "neopcr needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@echo "building $(VENV) (a few minutes the first time)"
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	  uv pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock && \
	  uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

format: setup    ## Format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix --quiet .

lint: setup      ## Format check, lint, spelling
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/codespell src tests docs configs notebooks benchmarks README.md CONTRIBUTING.md

types: setup     ## mypy --strict
	@$(BIN)/mypy

layers: setup    ## The direction of imports, and one library one room
	@$(BIN)/lint-imports

test: setup      ## All tests but the slow ones, doctests and notebooks, with the coverage gate
	@$(if $(JAVA),,echo "no Java: src/neopcr/scoring/spark.py leaves the coverage gate")
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow" --cov --cov-report=term --cov-fail-under=100

test-slow: setup ## The full counts of the long runs
	@$(BIN)/python -m pytest -q -m slow

check: lint types layers test ## What CI runs

demo: setup      ## Simulate a trial, train three landmarks, validate, explain, score a new cohort
	@rm -rf $(DEMO)/trial $(DEMO)/new
	@$(BIN)/neopcr simulate -n 1000 --seed 1 -o $(DEMO)/trial
	@$(BIN)/neopcr simulate -n 500 --seed 2 -o $(DEMO)/new
	@$(BIN)/neopcr train configs/simulated.yaml -o $(DEMO)/training
	@$(BIN)/neopcr validate models/simulated-c1 configs/simulated.yaml -o $(DEMO)/validation
	@$(BIN)/neopcr assemble configs/simulated.yaml --external -o $(DEMO)/new_cohort.parquet
	@$(BIN)/neopcr explain models/simulated-c1 $(DEMO)/new_cohort.parquet -o $(DEMO)/explanation
	@$(BIN)/neopcr score models/simulated-c1 $(DEMO)/new_cohort.parquet -o $(DEMO)/scores.parquet
	@echo "open $(DEMO)/training/report.html"

bench: setup     ## Ratios of speed and memory, one JSON object a line
	@$(BIN)/python benchmarks/run.py

docs: setup      ## Build the site into site/ and look for dead links; rewrite the data dictionary
	@$(BIN)/python docs/generate.py
	@$(BIN)/python -m mkdocs build --strict --quiet --site-dir site
	@$(BIN)/python docs/check_links.py site
	@echo "open site/index.html"

audit: setup     ## Bill of materials into dist/sbom.json; known faults of what is locked
	@$(BIN)/python .ci/audit.py requirements.lock dist/sbom.json

lock:            ## Resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --no-annotate -o requirements.lock

clean:           ## Remove what was built
	rm -rf .venv .venv-* $(DEMO) site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
