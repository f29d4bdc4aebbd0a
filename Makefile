# Everything runs in .venv, which is made by itself from requirements.lock.
PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CODE := dmsi_lib tests notebooks
NOTEBOOKS = $(wildcard notebooks/*.ipynb)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test lab lint format lock venv clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo '  Options of the command behind a target go into ARGS: make report ARGS="--only 03"'

report: $(INSTALLED) ## build the report into outputs/report
	$(BIN)/dmsi report $(ARGS)

test: $(INSTALLED) ## run the tests
	$(BIN)/python -m pytest $(ARGS)

lab: $(INSTALLED) ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab $(ARGS) notebooks

lint: $(INSTALLED) ## check style and format of code and notebooks, and that notebooks hold no outputs
	$(BIN)/ruff check $(ARGS) $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --keep-id --verify $(NOTEBOOKS))

format: $(INSTALLED) ## repair what "make lint" complains about, as far as a program can
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --keep-id $(NOTEBOOKS))

lock: $(INSTALLED) ## bring requirements.lock in line with pyproject.toml (newest versions: ARGS=--upgrade)
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
		--all-extras --generate-hashes --no-emit-index-url --no-header \
		$(ARGS) pyproject.toml --output-file requirements.lock

venv: $(INSTALLED) ## only make .venv

# The stamp is written last, so an interrupted installation is repeated, and then from an
# empty folder; one that is merely out of date is updated in place.
$(INSTALLED): requirements.lock pyproject.toml
	@command -v "$(PYTHON)" >/dev/null || { \
		echo 'No "$(PYTHON)" found. Python 3.11 or newer is needed: make PYTHON=/path/to/python3' >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is $$("$(PYTHON)" --version 2>&1), but Python 3.11 or newer is needed: make PYTHON=python3.12" >&2; exit 1; }
	@if test -f $@ && $(BIN)/python -c '' 2>/dev/null; then rm -f $@; else "$(PYTHON)" -m venv --clear $(VENV); fi
	@echo 'Installing the locked packages into $(VENV) (about a minute)'
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

clean: ## delete built reports and caches
	find outputs -mindepth 1 -maxdepth 1 ! -name .gitkeep -exec rm -rf {} +
	find $(CODE) -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
	rm -rf .pytest_cache .ruff_cache .hypothesis build dist *.egg-info

distclean: clean ## delete .venv too
	rm -rf $(VENV)
