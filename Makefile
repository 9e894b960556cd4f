# `make demo` runs the main job and `make test` the tests; each sets up what it needs, once, and works offline after that.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
VENV4 := .venv-optuna4
READY4 := $(VENV4)/.ready
export PYTHONHASHSEED = 0

.PHONY: demo test test-optuna4 check format bench set-up clean

demo: $(READY)
	$(BIN)/harness reproduce

# Files of tests run side by side, as none asserts a time; JOBS=0 runs them one after the other.
JOBS ?= 2
test: $(READY) check test-optuna4
	$(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadfile

# What reaches into Optuna is tested over its last version 4 as well; the rest does not know the difference.
test-optuna4: $(READY4)
	$(VENV4)/bin/python -m pytest -q --numprocesses $(JOBS) --dist loadfile tests/attach tests/runner/test_script.py tests/runner/test_script_workers.py

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
define install
	test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check uv || echo "no uv here: installing with pip"
	if test -x $(1)/bin/uv; then \
		$(1)/bin/uv pip install --quiet --python $(1)/bin/python --compile-bytecode -c $(2) -e $(3); \
	else \
		$(1)/bin/python -m pip install --quiet --compile -c $(2) -e $(3); \
	fi
	touch $(1)/.ready
endef

$(READY): pyproject.toml constraints.txt
	$(call install,$(VENV),constraints.txt,'.[dev]')

$(READY4): pyproject.toml constraints.txt
	test -d $(VENV4) || $(PYTHON) -m venv $(VENV4)
	sed 's/^optuna==.*/optuna==4.9.0/' constraints.txt > $(VENV4)/constraints.txt
	$(call install,$(VENV4),$(VENV4)/constraints.txt,'.[test]')

clean:
	rm -rf $(VENV) $(VENV4) .asv .harness .hypothesis .mypy_cache .ruff_cache .import_linter_cache build dist
