# make demo and make test are all a newcomer needs; each makes .venv and installs what it lacks.
PYTHON ?= python3
BIN := .venv/bin
DEMO_HOME := .demo

.PHONY: demo test check lint types layers deps format manifest constraints docs clean

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo,dev]'
	touch $@

demo: .venv/installed
	TUPPENCE_HOME=$(DEMO_HOME) $(BIN)/tuppence demo

test: .venv/installed
	$(BIN)/pytest --numprocesses 2 --dist worksteal

check: lint types layers deps test

lint: .venv/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/installed
	$(BIN)/mypy

layers: .venv/installed
	$(BIN)/lint-imports

deps: .venv/installed
	$(BIN)/deptry .

format: .venv/installed
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

# What is generated and checked in: a test says when one is stale.
docs: .venv/installed
	$(BIN)/tuppence manifest --out manifest.yml
	$(BIN)/python -m bot.readme

# Names and versions only, from what is installed now; a fresh machine then installs the same.
constraints: .venv/installed
	$(BIN)/pip freeze --exclude-editable | grep --invert-match ' @ ' > constraints.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis $(DEMO_HOME)
