# Everything there is to run. `make help` lists it; a bare system needs Python 3.11 with venv, make and git.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PORT ?= 8000
export PORT

PY := .venv/bin/python
RUNNER := $(PY) -m platform_core.runner
HOUSES := platform_core tenants tenant_apps billing public_site manage.py
SOURCES := $(HOUSES) tests

# Makes .venv when it is missing or broken, and installs a lock file when its content was not installed yet.
# The development lock holds the same versions as the other, so it counts for both.
define install
@set -e; \
if ! $(PY) -c 'import pip' 2>/dev/null; then \
  command -v $(PYTHON) >/dev/null || { echo "Python is missing: install it, on Debian with \`apt-get install python3 python3-venv\`." >&2; exit 1; }; \
  $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed and $(PYTHON) is older: install a newer one and say \`make PYTHON=python3.11 ...\`." >&2; exit 1; }; \
  $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Python's venv module is missing: install it, on Debian with \`apt-get install python3-venv\`." >&2; exit 1; }; \
  free=$$(df -Pk . | awk 'NR == 2 { print $$4 }'); \
  test "$$free" -ge 1000000 || { echo "The disk has only $$((free / 1000)) MB left and the installation needs 1000 MB: free some space." >&2; exit 1; }; \
  echo "Creating .venv"; \
  rm -rf .venv; $(PYTHON) -m venv .venv; \
fi; \
for lock in $(1); do \
  sum=$$(sha256sum $$lock | cut -c1-20); \
  if ! test -e .venv/.installed-$$sum; then \
    echo "Installing the locked libraries of $$lock into .venv"; \
    $(PY) -m pip install -qq --disable-pip-version-check --no-input --require-hashes -r $$lock \
      || { echo "The libraries could not be installed: see the lines above, mend the network or the disk, and try again." >&2; exit 1; }; \
    touch .venv/.installed-$$sum; \
    test $$lock = requirements.txt || touch .venv/.installed-$$(sha256sum requirements.txt | cut -c1-20); \
  fi; \
done
endef

.PHONY: help
help: ## List what can be run
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: install ## Set up and start everything with a demo supplier (PORT=8000); Ctrl-C stops it
	@exec $(RUNNER) run

.PHONY: dev
dev: install-dev ## The same, reloading changed code
	@exec $(RUNNER) dev

.PHONY: demo
demo: install ## Seed the demo supplier; FULL=1 stages a year of 6,000 orders
	@$(RUNNER) manage -- prepare --demo
	@exec $(RUNNER) manage -- demo $(if $(FULL),--full)

.PHONY: test
test: check assets ## What CI runs: all checks and all tests
	@echo "Tests"
	@$(if $(ARGS),$(RUNNER) services --fast -- $(PY) -m pytest $(ARGS),$(PY) -m tests.halves)

.PHONY: bench
bench: install-dev assets ## Measure against the baselines into var/bench.json; ONLY=name runs those that begin so
	@exec $(RUNNER) services -- $(PY) -m tests.bench $(if $(ONLY),--only $(ONLY))

.PHONY: check
check: install-dev ## Lint, format, types, import contracts, missing migrations
	@echo "Lint"
	@$(PY) -m ruff check $(SOURCES)
	@$(PY) -m ruff format --check $(SOURCES)
	@echo "Types"
	@$(PY) -m mypy $(HOUSES)
	@echo "Import contracts"
	@.venv/bin/lint-imports
	@echo "Migrations"
	@DEALERDESK_ENV=test $(PY) manage.py missing_migrations

.PHONY: assets
assets: install ## Build stylesheet, scripts and translations when they have changed
	@$(RUNNER) assets

.PHONY: lock
lock: install-dev ## Choose new versions for requirements*.in (needs uv)
	@command -v uv >/dev/null || { echo "uv is missing: install it to choose new versions." >&2; exit 1; }
	@for name in requirements requirements-dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --no-emit-find-links --no-annotate --no-header $(UPGRADE) $$name.in -o $$name.txt; \
	done

.PHONY: regions
regions: install ## Renew the list of China's provinces, cities and districts
	@$(RUNNER) regions

.PHONY: clean
clean: ## Remove .venv, built files and all local data (a running instance must be stopped first)
	@if $(PY) -c 'import psutil, psycopg, redis' 2>/dev/null; then $(RUNNER) forget; fi
	@rm -rf .venv var node_modules platform_core/web/static/build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find . -name '*.mo' -not -path './.git/*' -delete

.PHONY: install install-dev
install:
	$(call install,requirements.txt)

install-dev:
	$(call install,requirements-dev.txt)
