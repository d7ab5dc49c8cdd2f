# Two commands on a fresh machine: `make demo` and `make test`. Both set up .venv themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Each of some thousand commands that the tests start would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test style check oldest fuzz bench picture man dist clean

help:
	@echo "make demo   lint, plan, apply and plan again on the sandbox"
	@echo "make test   run all tests"
	@echo "make check  ruff, mypy and the tests, as before each commit"
	@echo "make fuzz   100,000 made-up files through lint, every crash and network fault (an hour)"
	@echo "make oldest the tests with the oldest dependencies that pyproject.toml allows"
	@echo "make man, picture   write the man page and the README's picture anew"
	@echo "make bench  speed, as ratios to plain YAML loading"

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "campaignctl needs Python 3.11 or newer; try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(READY)
	@for words in "lint" "plan --sandbox" "apply --sandbox --yes" "plan --sandbox"; do \
		printf '\n$$ campaignctl %s\n' "$$words"; \
		$(BIN)/campaignctl $$words || exit $$?; \
	done

test: $(READY)
	$(BIN)/python -m pytest -n auto

style: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check: style test

oldest:
	$(PYTHON) -m venv --clear .venv-oldest
	$(PYTHON) .ci/oldest > .venv-oldest/constraints.txt
	.venv-oldest/bin/pip install --quiet --disable-pip-version-check \
		--constraint .venv-oldest/constraints.txt --editable '.[dev]'
	.venv-oldest/bin/python -m pytest -n auto

man: $(READY)
	MAN=write $(BIN)/python -m pytest -q tests/test_man.py

picture: $(READY)
	$(BIN)/python tests/picture.py

dist:
	$(PYTHON) -m venv --clear build
	build/bin/pip install --quiet --disable-pip-version-check hatchling==1.27.0
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) build/bin/hatchling build

fuzz: $(READY)
	$(BIN)/python -m pytest -n auto -m slow
	TEST_EFFORT=10 $(BIN)/python -m pytest -n auto

bench: $(READY)
	$(BIN)/python tests/bench.py

clean:
	rm -rf $(VENV) .venv-oldest build dist campaigns/.campaignctl .hypothesis .pytest_cache .mypy_cache .ruff_cache
