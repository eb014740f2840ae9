# The same words on every machine and in CI. Only Python 3.11+ and make are needed.
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes

.PHONY: setup setup-dev run test test-all check format bench

setup: .venv/.program
setup-dev: .venv/.dev .venv/.program

# A marker stands for a finished installation only: it goes before the work and comes after it, so an
# interrupted one starts afresh.
.venv/.runtime: requirements.lock
	@if [ ! -e $@ ]; then sh .ci/new-environment .venv; fi
	@rm -f $@ .venv/.dev
	$(PIP) -r requirements.lock
	@touch $@

# `.venv/bin/planwright`, which runs the code where it lies.
.venv/.program: pyproject.toml .venv/.runtime
	@rm -f $@
	$(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@rm -f $@
	$(PIP) -r requirements-dev.lock
	@touch $@

run: setup
	@exec $(PY) manage.py serve --quickstart

test: setup-dev
	$(PY) -m pytest -n auto

test-all: setup-dev
	$(PY) -m pytest -n auto --run-slow

format: setup-dev
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

check: setup-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy .
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	git ls-files -z 'templates/*.html' | xargs -0 -r .venv/bin/djade --check --target-version 5.2
	$(PY) manage.py makemigrations --check --dry-run
	DEBUG=0 BASE_URL=https://planwright.example $(PY) manage.py check --deploy --fail-level WARNING

bench: setup-dev
	$(PY) -m benchmarks
