# `make demo` runs the main job and `make test` the tests; each sets up what it needs, once, and works offline after that.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PYTHONHASHSEED = 0

.PHONY: demo test check format bench set-up clean

demo: $(READY)
	$(BIN)/harness reproduce

test: $(READY) check
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)
	$(BIN)/python -m pytest benchmarks/pytest_suite --benchmark-enable

set-up: $(READY)

# uv installs in seconds what takes pip a minute, and compiles what it installs: where PYTHONDONTWRITEBYTECODE is set,
# uncompiled packages would cost every process seconds. pip does the same where uv cannot be had.
$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "no uv here: installing with pip"
	if test -x $(BIN)/uv; then \
		$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -c constraints.txt -e '.[dev]'; \
	else \
		$(BIN)/python -m pip install --quiet --compile -c constraints.txt -e '.[dev]'; \
	fi
	touch $(READY)

clean:
	rm -rf $(VENV) .asv .harness .hypothesis .mypy_cache .ruff_cache .import_linter_cache build dist
