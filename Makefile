# `make demo` and `make test` do all the set-up; `make setup` alone makes .venv. Later runs take seconds.
PYTHON ?= python3
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test check wheel clean

help:
	@echo "make demo    real judgements of the shipped model on a made-up raid; writes report.html"
	@echo "make test    the tests"
	@echo "make check   ruff, mypy, import layers"
	@echo "make wheel   dist/*.whl, with the shipped model in it"

setup: .venv/.installed

# torch comes first and from the constraints: unpinned it would bring gigabytes of CUDA libraries.
.venv/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --constraint constraints.txt torch
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev,plot]'
	@touch $@

demo: setup
	$(BIN)/stancecheck compare examples/raid.jsonl --html report.html

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

wheel: setup
	$(BIN)/pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	rm -rf .venv dist build
