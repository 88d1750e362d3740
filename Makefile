PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
export PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help run staff manage test test-quick test-newest faults load drill drill-replica backup restore bench many fuzz privacy pictures audit check fix clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/run: requirements.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Pathway needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "Making $(VENV) failed. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.txt
	$(VENV)/bin/pip install --quiet --disable-pip-version-check -r requirements-dev.txt -c constraints.txt
	@touch $@

run: $(VENV)/run ## serve the site on http://127.0.0.1:8000 (PORT= changes it)
	@$(PY) scripts/local.py serve

staff: $(VENV)/run ## make an account for /admin/
	@$(PY) scripts/local.py manage createsuperuser

manage: $(VENV)/run ## any management command: make manage c="publish"
	@$(PY) scripts/local.py manage $(c)

test: $(VENV)/dev ## all tests: SQLite, PostgreSQL, a real browser
	@$(PY) scripts/test.py

test-quick: $(VENV)/dev ## the tests on SQLite, without the browser
	@$(PY) -m pytest -q -n auto --dist loadfile -m "not browser and not faults"

test-newest: ## all tests on the newest version of everything, in .venv-newest: make test-newest PYTHON=python3.15
	@$(PYTHON) scripts/newest.py

faults: $(VENV)/dev ## break the server, its database, disk, clock and clients for real, with readers who must notice nothing
	@$(PY) -m pytest -q tests/faults -rs

load: $(VENV)/dev ## twice what a process can serve, then minutes of it (PATHWAY_SOAK_MINUTES=3)
	@$(PY) -m pytest -q tests/faults/test_load.py

drill: $(VENV)/dev ## a backup, restored on an empty PostgreSQL: is every plan the same?
	@$(PY) -m pytest -q tests/faults/test_drills.py -k backup

drill-replica: $(VENV)/dev ## two servers, a primary and its replica: the primary is killed, the replica takes over
	@$(PY) -m pytest -q tests/faults/test_drills.py -k replica

backup: $(VENV)/run ## the database that DATABASE_URL names, as one file: make backup to=FOLDER
	@$(PY) deploy/backup.py save $(to)

restore: $(VENV)/run ## the way back, into an empty database: make restore from=FILE
	@$(PY) deploy/backup.py restore $(from)

bench: $(VENV)/run ## speed, beside what it can be compared with; takes minutes (only="served" for a part)
	@$(PY) scripts/bench $(only)

many: $(VENV)/dev ## walk admin with 10,000 drugs and 100,000 rows of funding: queries and seconds of each page; some minutes
	@$(PY) -m pytest -q -s tests/config/test_many_rows.py --many 10000 100000

fuzz: $(VENV)/dev ## 100,000 requests that nobody would send; ends with what was counted
	@$(PY) scripts/fuzz.py

privacy: $(VENV)/dev ## ask for every plan, then look everywhere for a trace of it
	@$(PY) scripts/privacy.py

pictures: $(VENV)/dev ## do the steps of docs/staff.md in a browser and take its pictures; some minutes
	@$(PY) scripts/pictures

audit: $(VENV)/dev ## secrets, and known weaknesses of the libraries; fails if they cannot be looked up
	@$(PY) scripts/audit.py --strict

check: $(VENV)/dev ## lint, types, templates, migrations, import directions; changes nothing
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/djlint --lint --quiet templates
	$(PY) scripts/local.py manage makemigrations --check --dry-run
	$(PY) scripts/audit.py
	$(PY) -m pytest -q tests/test_architecture.py

fix: $(VENV)/dev ## format, and mend what can be mended by machine
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

clean: ## remove the environment and built files; keeps .local/ (the database)
	rm -rf $(VENV) .venv-newest staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis
