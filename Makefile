# 数才汇 (Shucai Exchange). `make help` lists the commands from the comments below.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.PHONY: help run install test test-quick test-long lint format bench evaluate journeys \
	elasticsearch postgres messages migration vendor-check lock clean servers

# Where it is set, every process would compile all its modules anew at every start.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
STAMP := .venv/.installed
ENGLISH := talentmarket/translations/en/LC_MESSAGES/messages.mo
PYTEST := $(BIN)/python -m pytest
# Each process takes half of the files; who is done first takes over from the other.
SHARED := -n 2 --dist worksteal

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install ## Start the site with demo data on http://127.0.0.1:$PORT (8000); Ctrl-C ends it
	@exec $(BIN)/python -m tools.run

install: $(STAMP) $(ENGLISH) ## Make .venv with all that running, testing, linting and benchmarks need

$(STAMP): requirements.txt
	@python="$$(tools/find_python.sh)"; \
	if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		rm -rf .venv; "$$python" -m venv .venv; \
	fi
	@echo "Installing packages into .venv …"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --no-input \
		--require-hashes --requirement requirements.txt
	@$(BIN)/python -m tools.bytecode
	@touch $@

$(ENGLISH): $(ENGLISH:.mo=.po) | $(STAMP)
	@$(BIN)/python -m tools.messages compile >/dev/null

test: install servers ## Run the whole suite and install what it needs (Debian: as root or with sudo)
	$(PYTEST) $(SHARED)

test-quick: install ## Run the tests that need no server and no browser
	$(PYTEST) $(SHARED) -q -p no:schemathesis \
		-m "not elastic and not postgresql and not redis and not browser and not slow" \
		tests/unit tests/contracts tests/guards

test-long: install servers ## Run the same tests at larger counts
	TALENTMARKET_TEST_SCALE=20 $(PYTEST) $(SHARED) -o faulthandler_timeout=3600

lint: install ## Check format, style, types, floors and templates
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/djlint --lint --quiet templates

format: install ## Bring the Python files into the house format
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

bench: install ## Run the benchmarks; prints JSON lines
	$(BIN)/python -m benchmarks

evaluate: install ## Report the quality of search on the judged set
	$(BIN)/flask evaluate search

journeys: install servers ## Walk the four ways of a brokered placement in a real browser; ends with a JSON count
	$(BIN)/python -m tools.journeys

elasticsearch: install ## Start a real Elasticsearch for development and print its address
	@$(BIN)/python -m tools.elasticsearch ensure

postgres: install ## Start a private PostgreSQL for development and print its address
	@$(BIN)/python -m tools.postgres ensure

servers: install
	@$(BIN)/python -m tools.ensure_debian
	@$(BIN)/python -m tools.postgres ensure >/dev/null
	@$(BIN)/python -m tools.elasticsearch ensure >/dev/null

messages: install ## Read the texts again and list those without English
	@$(BIN)/python -m tools.messages extract
	@$(BIN)/python -m tools.messages missing

migration: install ## Write a migration from the models: make migration TEXT="what changes"
	$(BIN)/flask db migrate --message "$(TEXT)"

vendor-check: install ## Compare the vendored front-end files and the font with their checksums
	@$(BIN)/python -m tools.vendor check
	@$(BIN)/python -m tools.fonts check

lock: ## Write requirements.txt again from pyproject.toml, with hashes
	$(BIN)/pip-compile --quiet --extra dev --generate-hashes --no-strip-extras --allow-unsafe \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt pyproject.toml

clean: ## Stop the development servers and remove everything made here but .venv and instance/
	@if [ -x $(BIN)/python ]; then \
		$(BIN)/python -m tools.postgres clean; $(BIN)/python -m tools.elasticsearch stop; \
	fi
	rm -rf .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
	find talentmarket -name '*.mo' -delete
