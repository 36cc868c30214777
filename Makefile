# make demo · make test · make docs · make bench · make catalogue
# Each makes what it needs; a second run starts at once. PYTHON chooses the interpreter, CASE the case.

CASE ?= china
PYTHON ?=
OUT ?= out/$(notdir $(CASE:/=))-plan
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs docs-reference bench catalogue clean

help:
	@echo "make demo   plan the packaged case (CASE=china, or nigeria) and write report and plan document to $(OUT)"
	@echo "make test   every check: ruff, mypy, import contracts, pytest"
	@echo "make docs   write the generated pages and build the site under out/site"
	@echo "make bench  run the benchmarks"
	@echo "make catalogue  bring the translations in step with the texts, and list what is left to translate"
	@echo "make clean  remove the environment and everything that was made"

demo: $(READY)
	$(BIN)/seawall plan $(CASE) -o $(OUT)

test: lint
	$(BIN)/python -m pytest

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs-reference: $(READY)
	$(BIN)/python docs/generate.py

docs: docs-reference
	@$(BIN)/python -c "import mkdocs" 2>/dev/null || $(call install,--group docs)
	$(BIN)/mkdocs build --strict --quiet --site-dir out/site
	@echo "the site is in out/site/index.html"

bench: $(READY)
	@set -e; for script in benchmarks/*.py; do \
	  [ -e "$$script" ] || { echo "there are no benchmarks"; break; }; \
	  echo "== $$script"; $(BIN)/python "$$script"; \
	done

catalogue: $(READY)
	$(BIN)/python tools/catalogue.py

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# The locked versions, by uv: the one on the path, else one that pip puts into the environment.
# Where uv cannot be had, pip installs what pyproject.toml allows.
install = { \
  if [ -n "$(PYTHON)" ]; then set -- --python "$(PYTHON)"; else set --; fi; \
  if command -v uv >/dev/null 2>&1; then UV=uv; else UV=$(BIN)/uv; set --; fi; \
  if command -v "$$UV" >/dev/null 2>&1; then \
    UV_PROJECT_ENVIRONMENT=$(VENV) "$$UV" sync --frozen --inexact --quiet "$$@" $(1); \
  else \
    $(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' && \
    $(BIN)/python -m pip install --quiet --editable . --group dev $(1); \
  fi; }

$(READY): pyproject.toml uv.lock
	@if [ ! -x $(BIN)/python ] && ! { [ -z "$(PYTHON)" ] && command -v uv >/dev/null 2>&1; }; then \
	  found=; \
	  for p in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python); do \
	    if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$p; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "Seawall needs Python 3.11 or newer. Install it (Debian: apt-get install python3 python3-venv)," >&2; \
	    echo "or name one: make demo PYTHON=/path/to/python3" >&2; exit 1; \
	  fi; \
	  echo "making $(VENV) with $$found"; \
	  "$$found" -m venv $(VENV) || { \
	    rm -rf $(VENV); \
	    echo "Python's venv module is missing. Install it (Debian: apt-get install python3-venv)" >&2; exit 1; \
	  }; \
	fi
	@if [ ! -x $(BIN)/uv ] && ! command -v uv >/dev/null 2>&1; then \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "uv cannot be had; using pip" >&2; \
	fi
	@echo "installing what pyproject.toml names, as locked"
	@$(call install) || { echo "the installation failed; is the package index reachable?" >&2; exit 1; }
	@touch $@
