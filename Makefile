# One verb, one command. Every target but `help` and `clean` first makes sure that .venv fits the
# lock; nothing but Python >= 3.11 with pip, and make, need be there.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

PY    := .venv/bin/python
READY := .venv/.installed

# Containers forbid bytecode; without it every process of a run would compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## print this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile

$(READY): requirements.lock deploy/setup.sh
	@sh deploy/setup.sh

# --------------------------------------------------------------------------------- run it
.PHONY: setup demo run certificates
setup: $(READY) ## install the locked packages into .venv
	@:

demo: $(READY) ## start everything, play the story through public RPCs, stop everything
	@$(PY) -m stack demo

run: $(READY) ## start everything and serve until Ctrl-C; data in .data/ (root: /var/lib/courtlist)
	@$(PY) -m stack run

certificates: $(READY) ## make or renew development certificates in OUT (.data/certificates)
	@$(PY) -m certificates --out $(or $(OUT),.data/certificates)

# -------------------------------------------------------------------------------- test it
# The folders' order is the order of the run: what is quick and small fails first. Two workers, for
# much of it waits; each has servers of its own, and a file's tests stay together (tests/spread.py).
SUITES := $(wildcard $(addprefix tests/,unit contract integration system robustness))
WORKERS := -n 2 --dist loadfile

.PHONY: test test-unit robustness mutation bench
test: $(READY) ## run every test, unit to system, on real servers (no Docker needed)
	@sh deploy/debian.sh
	@COURTLIST_ROBUSTNESS_LOOPS=$${COURTLIST_ROBUSTNESS_LOOPS:-3} $(PY) -m pytest $(WORKERS) $(SUITES)

test-unit: $(READY) ## run the unit tests only: no sockets, seconds
	@$(PY) -m pytest tests/unit

robustness: $(READY) ## kill, pause and restart every process under load, 200 loops of each kind
	@COURTLIST_ROBUSTNESS_LOOPS=200 $(PY) -m pytest -s --timeout 3600 tests/robustness

mutation: $(READY) ## remove each rule, guard and lock in turn: a named test must fail
	@$(PY) -m tests.mutation

bench: $(READY) ## measure, one JSON object a line
	@$(PY) -m tests.bench

# ------------------------------------------------------------------------------- check it
STATIC := fmt-check lint type imports protos-lint protos-breaking protos-check

.PHONY: check $(STATIC) fmt protos
check: $(READY) ## all that CI runs
	@$(MAKE) --no-print-directory --jobs=2 $(STATIC)
	@$(MAKE) --no-print-directory test

fmt: $(READY) ## format the code and sort its imports
	@.venv/bin/ruff format --quiet . && .venv/bin/ruff check --quiet --select I --fix .
	@.venv/bin/buf format -w protos

fmt-check: $(READY)
	@.venv/bin/ruff format --check --quiet . || { echo "fmt: run 'make fmt'" >&2; exit 1; }

lint: $(READY) ## ruff, all rules but a reasoned list
	@.venv/bin/ruff check --quiet .

type: $(READY) ## mypy --strict over services, tests and protos
	@.venv/bin/mypy

imports: $(READY) ## who may import whom
	@.venv/bin/lint-imports --no-cache --no-logo

protos: $(READY) ## generate services/courtlist/ from protos/
	@$(PY) protos/generate.py

protos-check: $(READY) ## fail when services/courtlist/ is not what protos/ generates
	@$(PY) protos/generate.py --check

protos-lint: $(READY) ## buf lint, and the format of the .proto files
	@$(PY) protos/verify.py lint

protos-breaking: $(READY) ## buf breaking against the last release tag, if there is one
	@$(PY) protos/verify.py breaking

# -------------------------------------------------------------------------------- keep it
.PHONY: lock clean
lock: ## resolve pyproject.toml into requirements.lock again (UPGRADE=1: newest of everything)
	@sh deploy/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## remove .venv and every cache; the data of `make run` stays
	@rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
