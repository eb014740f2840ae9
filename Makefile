# Five words, the same on every machine and in CI. Only Python 3.11+ and make are needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup setup-dev run test test-all check format bench

setup: .venv/.runtime
setup-dev: .venv/.dev

.venv/.runtime: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: setup
	@$(BIN)/python manage.py serve --quickstart

test: setup-dev
	$(BIN)/python -m pytest -n auto

test-all: setup-dev
	$(BIN)/python -m pytest -n auto --run-slow

format: setup-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	git ls-files 'templates/*.html' | xargs $(BIN)/djade --check --target-version 5.2
	$(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=0 BASE_URL=https://planwright.example $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: setup-dev
	$(BIN)/python -m benchmarks
