# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test check bench lock clean

setup:
	@$(PYTHON) scripts/bootstrap.py

demo: setup
	$(BIN)/parallax demo $(DEMO_ARGS)

test: setup
ifdef TEST_ARGS
	$(BIN)/python -m pytest $(TEST_ARGS)
else
	$(BIN)/python -m pytest -n 2 --dist loadfile --ignore tests/broker/test_rebalance.py
	$(BIN)/python -m pytest tests/broker/test_rebalance.py # by itself: it starts four workers and a broker
endif

check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/vulture

bench: setup
	$(BIN)/python benchmarks/run.py $(BENCH_ARGS)

lock:
	$(PYTHON) scripts/bootstrap.py --lock

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
