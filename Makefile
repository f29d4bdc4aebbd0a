# Everything runs in .venv, which is made by itself from requirements.lock.
PYTHON ?= python3
ARGS ?=

VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CODE := dmsi_lib tests notebooks
NOTEBOOKS = $(wildcard notebooks/*.ipynb)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test bench lab lint format schemas lock venv clean distclean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile
	@echo '  Options of the command behind a target go into ARGS: make report ARGS="--only 03"'

report: $(INSTALLED) ## build the report into outputs/report
	$(BIN)/dmsi report $(ARGS)

test: $(INSTALLED) ## run the tests
	$(BIN)/python -m pytest $(ARGS)

# Half an hour and 3 GB of disk; ARGS="443 10000" for two sizes alone. Needs Linux.
bench: $(INSTALLED) ## measure reading, counting and reports at each size, beside references
	$(BIN)/python tests/benchmarks/benchmark_sizes.py --plot outputs/benchmarks/growth.svg $(ARGS)
	$(BIN)/python tests/benchmarks/benchmark_report.py --parts loop,plain,unchanged

# The whole repository is served, so that data and outputs can be reached from the notebooks.
lab: $(INSTALLED) ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks $(ARGS)

lint: $(INSTALLED) ## check style, format and types, and that notebooks hold no outputs
	$(BIN)/ruff check $(ARGS) $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --keep-id --verify $(NOTEBOOKS))

format: $(INSTALLED) ## repair what "make lint" complains about, as far as a program can
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --keep-id $(NOTEBOOKS))

schemas: $(INSTALLED) ## write data/*.schema.json anew, after a change of dmsi_lib/questionnaire/formats.py
	$(BIN)/python -m dmsi_lib.questionnaire.schemas

lock: $(INSTALLED) ## bring requirements.lock in line with pyproject.toml (newest versions: ARGS=--upgrade)
	$(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
		--all-extras --generate-hashes --no-emit-index-url --no-header \
		$(ARGS) pyproject.toml --output-file requirements.lock

venv: $(INSTALLED) ## only make .venv, and let git take outputs out of notebooks

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
	$(BIN)/python -m compileall -q dmsi_lib
	@$(SET_FILTER)
	@touch $@

# Of this clone only; `required` refuses to add a notebook where the filter can't run.
SET_FILTER = if test -e .git; then \
	git config filter.nbstripout.clean "'$$(pwd)/$(BIN)/nbstripout' --keep-id" && \
	git config filter.nbstripout.smudge cat && \
	git config filter.nbstripout.required true || \
	echo 'Git could not be told to take outputs out of notebooks; see CONTRIBUTING.md.' >&2; fi
UNSET_FILTER = if test -e .git; then git config --remove-section filter.nbstripout 2>/dev/null || true; fi

clean: ## delete built reports to which nothing was added, and caches
	@if $(BIN)/python -c 'import dmsi_lib.report.cleaning_up' 2>/dev/null; then \
	$(BIN)/python -m dmsi_lib.report.cleaning_up outputs; \
	else echo 'There is no $(VENV) that could tell reports from other files: outputs/ stays as it is.'; fi
	find $(CODE) -type d \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
	rm -rf .pytest_cache .ruff_cache .mypy_cache .hypothesis build dist *.egg-info

distclean: clean ## delete .venv too
	@$(UNSET_FILTER)
	rm -rf $(VENV)
