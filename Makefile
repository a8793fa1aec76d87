# `make demo` and `make test` do all the set-up; `make setup` alone makes .venv. Later runs take seconds.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test coverage test-slow test-browser test-wheel test-lowest check licences train-tiny notebooks check-notebooks docs \
	pictures tables check-tables wheel wheel-base clean

help:
	@echo "make demo    real judgements of the shipped model on a made-up raid; writes report.html"
	@echo "make test    the tests"
	@echo "make check   ruff, mypy, import layers"
	@echo "make docs    the documentation site, in build/site"
	@echo "make wheel   dist/*.whl, with the shipped model in it"
	@echo "more: coverage test-slow test-browser test-wheel test-lowest licences notebooks check-notebooks pictures tables train-tiny"
	@echo "      (see the Makefile)"

setup: .venv/.installed

# torch comes first and from the constraints: unpinned it would bring gigabytes of CUDA libraries.
.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,articles,documents,plot]'
	@touch $@

demo: setup
	$(BIN)/stancecheck compare examples/raid.jsonl --gold examples/raid.gold.jsonl --html report.html

test: setup
	$(BIN)/python -m pytest

# Lines and branches of the library that the tests run; the total is the last line.
coverage: setup
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

test-slow: setup
	$(BIN)/python -m pytest -m slow

# Needs Debian's chromium and chromium-driver, or the like.
test-browser: setup
	$(BIN)/python -m pytest -m browser

# The wheel in an empty environment, without the source tree: judges offline, then the tests. TESTS=tests/cli/test_cli.py picks some.
test-wheel:
	$(PYTHON) tools/try_wheel.py $(TESTS)

build/lowest/.installed: pyproject.toml constraints.txt tools/lowest.py
	$(PYTHON) -m venv --clear build/lowest
	$(PYTHON) tools/lowest.py test articles plot > build/lowest/constraints.txt
	build/lowest/bin/pip install --quiet --constraint build/lowest/constraints.txt torch
	build/lowest/bin/pip install --quiet --constraint build/lowest/constraints.txt --editable '.[test,articles,plot]'
	@touch $@

# The tests with the lowest versions that pyproject.toml states. Old packages warn of what is new in others: no errors here.
test-lowest: build/lowest/.installed
	build/lowest/bin/python -m pytest -W ignore::DeprecationWarning -W ignore::PendingDeprecationWarning -W ignore::FutureWarning $(TESTS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The licence of every package that the package and its extras need, of those that are installed.
licences: setup
	$(BIN)/python tools/licences.py plot

.venv/.notebooks: .venv/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[notebooks]'
	@touch $@

# Runs every notebook top to bottom and writes its outputs back; the last one shows Ray Data, which is 400 MB more.
notebooks: .venv/.notebooks
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[notebooks,ray]'
	$(BIN)/python -m notebooks.run

# The same, but only looks: what CI does.
check-notebooks: .venv/.notebooks
	$(BIN)/python -m notebooks.run --check

.venv/.docs: .venv/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@

# The site, in build/site; a broken link is an error.
docs: .venv/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	$(BIN)/python -m tools.check_links build/site

# The pictures of README and docs, from their examples; needs chromium.
pictures: setup
	$(BIN)/python -m docs.pictures
	$(BIN)/python -m tools.screenshots

# The tables of README.md, benchmarks/README.md and docs/, from the records.
tables: setup
	$(BIN)/python -m benchmarks tables

check-tables: setup
	$(BIN)/python -m benchmarks tables --check

# The whole training recipe on made-up pairs and a tiny model, in under two minutes.
train-tiny: setup
	$(BIN)/python models/training/tiny.py --out runs/tiny

wheel: setup
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

# stancecheck-base as a package of its own: weights and the entry point that load("stancecheck-base") finds.
wheel-base: setup
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist models/packages/stancecheck-base

clean:
	rm -rf .venv dist build
