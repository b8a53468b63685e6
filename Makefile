# Every command of the project. `make` lists them.

# Which Python the .venv is made from, and how many processes run the tests.
PYTHON ?= python3
WORKERS ?= 2
# More arguments for pytest (make test ARGS="-k flare"), the benchmarks (make bench ARGS=engine), the
# translations (make messages ARGS=fr) or the locking (make lock ARGS=--upgrade).
ARGS ?=
# The parts of pyproject.toml that a user may ask for; dev is not one.
EXTRAS = dask parquet results sign web xpt

.DEFAULT_GOAL := help
.PHONY: help install demo picture test prove peers fuzz bench check format messages sheets faces spec rooms surface lock sbom clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

install: .venv/.installed ## build .venv with the locked dependencies and taper itself

demo: install ## write a calendar and a plan for every file in sample_patients/ to calendars/
	.venv/bin/taper batch sample_patients --out calendars --format pdf --format json

picture: install ## draw the pictures of README and docs again (Chromium)
	.venv/bin/python scripts/picture.py

# Where there is no Chromium and none can be installed, it says so, and the browser's tests are left out.
test: install ## run all tests, the page in Chromium too (WORKERS=4, ARGS="-k flare")
	@sh scripts/bootstrap browser
	.venv/bin/pytest -n $(WORKERS) --dist worksteal $(ARGS)

# Every point at which a batch changes its folder, and KILLS processes killed at random; PEOPLE for
# whom two planners are compared, 250 of each seed from SEED on; the first page of every golden
# case, every paper of a handful of plans, and more of them in other languages than the tests print
# (tests/proving.py); the pages for users, typed into a shell; 500 cohorts beside R, where R is there
# (Debian: r-base-core, r-cran-survival).
KILLS ?= 60
PEOPLE ?= 2000
SEED ?= 1

prove: install ## kill batches at every moment, let every write fail, send in hostile files (KILLS=200 PEOPLE=20000)
	TAPER_PROVE=$(KILLS) TAPER_PEOPLE=$(PEOPLE) TAPER_SEED=$(SEED) .venv/bin/pytest -n $(WORKERS) \
	    tests/beside_r tests/durable tests/hostile/files/test_anything.py \
	    tests/hostile/tables/test_read_twice.py tests/hostile/test_fuzz.py tests/hostile/test_papers.py \
	    tests/signing/test_codes.py tests/property tests/pdf/test_golden_fronts.py \
	    tests/pdf/test_accessibility.py tests/pdf/test_languages.py tests/pdf/test_limits.py \
	    tests/pdf/test_memory.py tests/docs/test_locks.py \
	    tests/docs/test_protocols_page.py tests/docs/test_readme.py $(ARGS)

# Needs node 20 and npm, which no other target does. LibreOffice and calcurse are used where they are.
peers: install ## let programs of others look at every golden case as FHIR, calendar and workbook (node)
	cd tests/exports/peers && npm ci --silent --ignore-scripts
	$(PYTHON) -m venv build/peers
	build/peers/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r tests/exports/peers/requirements.lock
	.venv/bin/python tests/exports/peers

# How long each door is tried, and which: DOOR="participant protocol csv tsv redcap xlsx ods pdf plan ledger fhir steps".
SECONDS ?= 60
DOOR ?=

fuzz: install ## hostile files by a machine, for ever new ones (SECONDS=600, DOOR="csv xlsx")
	.venv/bin/python -m fuzz $(DOOR) --seconds $(SECONDS) $(ARGS)

bench: install ## measure speed and memory side by side (ARGS="startup engine memory parquet workers calendar limits naive web cost")
	.venv/bin/python -m benchmarks $(ARGS)

check: install ## formatting, lint, types and the import contract
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: install ## format the code and repair what the linter can
	.venv/bin/ruff check --fix-only .
	.venv/bin/ruff format .

# The schemas say which languages there are.
messages: install ## bring the translations up to date with the pages' texts (ARGS=fr begins one)
	.venv/bin/python scripts/messages.py $(ARGS)
	.venv/bin/python -m taper.sources.schema

sheets: install ## read the YAML of src/taper/data once and for all, after a sheet was edited
	.venv/bin/python -m taper.sources.compiled

faces: install ## make the faces of the papers again from the pinned font, after another release of it
	.venv/bin/python scripts/faces.py

surface: install ## list what the library offers; CHANGELOG.md must say what changed
	.venv/bin/python tests/library/surface.py

spec: install ## bring the tests that stand under each rule of docs/spec up to date
	.venv/bin/python scripts/spec.py

rooms: install ## draw the map of the rooms again (docs/rooms.md)
	.venv/bin/python -m scripts.rooms

# Needs no .venv: the one built from the old lock may be what is broken. Pins that still fit are
# kept; the hashes are those of every file of a release, so that any machine's wheel matches.
# Three locks: what a user's machine gets, and, by the same pins, what the tests and checks need too,
# and readers of calendars that others wrote.
LOCKED = --no-config --universal --python-version 3.11 --generate-hashes \
    --no-annotate --no-emit-index-url --no-emit-find-links \
    --custom-compile-command "make lock" --quiet $(ARGS)

lock: ## write the locks again after a change of dependencies (ARGS=--upgrade: newest)
	tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	uv=$$(command -v uv) || { $(PYTHON) -m venv "$$tools" && \
	    "$$tools/bin/python" -m pip install --quiet uv && uv=$$tools/bin/uv; } && \
	"$$uv" pip compile pyproject.toml --output-file requirements.lock \
	    $(foreach extra,$(EXTRAS),--extra $(extra)) $(LOCKED) && \
	"$$uv" pip compile pyproject.toml --output-file requirements-dev.lock \
	    --all-extras --constraint requirements.lock $(LOCKED) && \
	"$$uv" pip compile tests/exports/peers/requirements.in --constraint requirements-dev.lock \
	    --output-file tests/exports/peers/requirements.lock $(LOCKED)

sbom: install ## list what a user's machine gets, as CycloneDX, to build/taper.cdx.json
	mkdir -p build
	.venv/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml \
	    --mc-type application --output-reproducible --of JSON --output-file build/taper.cdx.json

# calendars/ stays: what is in it may have been handed to someone.
clean: ## remove .venv, build output and caches
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Two steps, so that a change of tool settings in pyproject.toml does not fetch everything again.
# The first starts from nothing: what the lock no longer names must not linger.
.venv/.locked: requirements-dev.lock scripts/bootstrap
	PYTHON="$(PYTHON)" sh scripts/bootstrap
	$(PYTHON) -m venv --clear .venv
	.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# `pip check` fails when pyproject.toml asks for something that the lock lacks.
.venv/.installed: .venv/.locked pyproject.toml
	.venv/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	.venv/bin/python -m pip check
	touch $@
