# Each target sets itself up on a machine that has only Python 3.11 with pip and venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCRATCH := $(VENV)/site
# A folder of its own for the settings that mypy and the migration check read.

.PHONY: demo serve test check bench format lock clean

demo: $(VENV)/ready
	$(BIN)/chuanzhu demo

serve: $(VENV)/ready
	$(BIN)/chuanzhu-site demo

test: $(VENV)/ready
	$(BIN)/pytest

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	CHUANZHU_FOLDER=$(SCRATCH) $(BIN)/mypy
	CHUANZHU_FOLDER=$(SCRATCH) $(BIN)/chuanzhu-site manage makemigrations --check --dry-run
	$(BIN)/lint-imports
	$(BIN)/pytest tests/library/test_house.py

bench: $(VENV)/ready
	$(BIN)/python benchmarks/quality.py
	$(BIN)/python benchmarks/known_items.py
	$(BIN)/python benchmarks/scale.py
	$(BIN)/python benchmarks/placing.py
	$(BIN)/python benchmarks/chain.py
	$(BIN)/python benchmarks/allocation.py
	$(BIN)/python benchmarks/meetings_event.py

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新版本 (Python 3.11 or newer is needed)")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

lock: $(VENV)/ready
	(sed -n '/^#/p' constraints.txt; $(BIN)/pip freeze --exclude-editable) > constraints.new
	mv constraints.new constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
