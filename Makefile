# Everything starts here: `make run` shows the demo county, `make test` runs every test.
# PORT=8001 picks another port, FRESH=1 with `make run` makes the demo county anew, PYTHON=python3.12 another interpreter (3.11 or newer).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run serve test coverage check fix bench mutants docs setup

run: setup
	@exec $(BIN)/fangxian run --demo $(if $(FRESH),--fresh) $(if $(PORT),--port $(PORT))

serve: setup
	@exec $(BIN)/fangxian run $(if $(PORT),--port $(PORT))

test:
	@$(PYTHON) tools/setup.py --browser
	@$(BIN)/python -m pytest $(COVERAGE) -n logical --dist loadfile --no-loadscope-reorder $(ARGS); \
	 code=$$?; $(BIN)/fangxian database stop --if-unused; exit $$code

# Which lines no test reaches; counting them takes as long as the tests again.
coverage: COVERAGE := --cov --cov-report=term:skip-covered
coverage: test

check: setup
	@$(BIN)/python tools/check.py

fix: setup
	@$(BIN)/ruff check --fix --quiet fangxian tests tools bench
	@$(BIN)/python tools/messages.py --update
	@$(BIN)/fangxian docs

bench: setup
	@$(BIN)/python -m bench $(ARGS)

mutants: setup
	@$(BIN)/python tools/mutants.py $(ARGS)

docs: setup
	@$(BIN)/fangxian docs

setup:
	@$(PYTHON) tools/setup.py
