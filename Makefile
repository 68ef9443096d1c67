# Two commands do everything: `make` makes the editions, `make test` checks them. `make help` lists the rest.

PYTHON   ?= python3
CHROMIUM ?= /usr/bin/chromium
# Tests find the browser, Node and the other tools without knowing where they were installed.
export CHROMIUM PYTHON
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# Playwright brings a Node that needs a library which small systems lack; the one in .venv does not.
export PLAYWRIGHT_NODEJS_PATH := $(CURDIR)/.venv/bin/node

BUILD  := .venv/bin/python build.py
PYTEST := .venv/bin/python -m pytest -n 2

# The editions know themselves what is up to date, so no target here stands for a file they make.
RUNTIME := .venv/.runtime-stamp
TOOLS   := .venv/.test-stamp
ORACLE  := .venv/.oracle-stamp

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.PHONY: all html epub pdf check preview test test-long oracle bench screenshots accept lock clean help

all: $(RUNTIME) ## Make all editions into output/ (the default)
	@$(BUILD) build

html: $(RUNTIME) ## Make the web edition only
	@$(BUILD) build --edition web

epub: $(RUNTIME) ## Make the EPUB and its sample, and the print edition whose pages it lists
	@$(BUILD) build --edition epub --edition epub-sample

pdf: $(RUNTIME) ## Make the PDFs only: for screens, for print shops with the cover, in large print, with changes marked, and the sample
	@$(BUILD) build --edition screen --edition print --edition cover --edition large-print --edition marked --edition sample

check: $(RUNTIME) ## Report the book's problems without making anything
	@$(BUILD) check

preview: $(RUNTIME) ## Serve the book and make it again whenever a file changes
	@$(BUILD) preview

test: lint ## Check style and types, then run the tests
	$(PYTEST) -m "not long"

test-long: lint $(ORACLE) ## The same with the slow tests and many more random examples
	HYPOTHESIS_PROFILE=long $(PYTEST) -m "long or not long"

oracle: $(ORACLE) ## Compare citations with those of pandoc in our styles and in official ones
	.venv/bin/python tests/oracle.py

bench: $(ORACLE) ## Time the press beside its peers (WHAT=citations, pages, book or growth: only that)
	.venv/bin/python tests/bench.py $(WHAT)

screenshots: $(TOOLS) html ## Take the pictures of the web edition that README shows
	.venv/bin/python tests/screenshots.py

.PHONY: lint
lint: $(TOOLS)
	ruff check .
	ruff format --check .
	mypy

accept: $(TOOLS) ## Take what the code does now as the tests' new expectations; look at the diff before committing
	ACCEPT=1 $(PYTEST) -m "not long"

lock: $(TOOLS) ## Bring the lock files up to date with pyproject.toml and tests/package.json (UPGRADE=1: newest versions)
	.ci/lock $(if $(UPGRADE),--upgrade)

clean: ## Remove everything made, except the installed tools in .venv
	rm -rf output .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -not -path './tests/node_modules/*' -prune -exec rm -rf {} +

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r target does; do \
	  printf '  make %-10s %s\n' "$$target" "$$does"; done

# The venv is made once and brought up to date when a lock changes.
$(RUNTIME): requirements.lock .ci/setup
	@.ci/setup runtime
	@touch $@

$(TOOLS): $(RUNTIME) tests/requirements.lock tests/package-lock.json
	@.ci/setup test
	@touch $@

$(ORACLE): $(TOOLS) tests/oracle.lock
	@.ci/setup oracle
	@touch $@
