# Two commands matter: `make run` and `make test`. Both start from nothing.
.DEFAULT_GOAL := help
.PHONY: help run test check bench lock catalogs cards clean

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

python := .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' $(MAKEFILE_LIST) | expand -t 18

run: ## install what is needed, set up, and serve on HOST:PORT
	@.ci/install run
	@$(python) -m directory setup
	@exec $(python) -m directory serve

test: ## install what the tests need, then run all of them (ARGS="-k search")
	@.ci/install test
	@.ci/surroundings
	@$(python) -m compileall -qq directory
	@$(python) -m pytest -q -n logical --dist loadfile --ignore tests/benchmarks $(ARGS)

check: ## style, types, imports, templates, spelling, translations, seeds
	@.ci/install test
	@.ci/check

bench: ## the benchmarks, as tables, then kills of each writer (ARGS="-k peers")
	@.ci/install bench
	@.ci/surroundings bench
	@$(python) -m pytest -q -s -p no:xdist tests/benchmarks $(ARGS)
	@[ -n "$(ARGS)" ] || DIRECTORY_TESTS_KILLS=50 $(python) -m pytest -q -p no:xdist tests/faults
	@[ -n "$(ARGS)" ] || DIRECTORY_TESTS_SECONDS=60 $(python) -m pytest -q -p no:xdist tests/adapters/test_columns.py

lock: ## choose versions again and pin them, with the hash of every file
	@.ci/lock

catalogs: ## collect what pages say into the translations, and compile them
	@.ci/install test
	@.ci/catalogs

cards: ## draw the pictures of shared links again, after their words changed
	@.ci/install test
	@.ci/surroundings
	@.ci/cards

clean: ## remove what was made from the sources; keeps var/, where data lives
	@rm -rf .venv build dist *.egg-info .coverage* .hypothesis .import_linter_cache \
	  .mypy_cache .pytest_cache .ruff_cache .schemathesis
	@find directory tests -name __pycache__ -prune -exec rm -rf {} +
