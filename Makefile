# Everything lives in .venv; nothing is installed outside the project but the browser that the tests drive.
PYTHON ?= python3.11
BASE_PYTHON := $(shell command -v $(PYTHON) || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed
CHROMIUM := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)

.PHONY: install run test check soak bench bench-year bench-accept format openapi lock browser

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(BASE_PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: install
	LASTMETRE_DEMO=true $(BIN)/lastmetre serve

# The browser tests drive Debian's chromium; where there is none and apt can install it, it is installed.
browser:
ifeq ($(CHROMIUM),)
	@command -v apt-get >/dev/null || { echo "Install chromium and a font for Chinese and for emoji (fonts-noto-cjk, fonts-noto-color-emoji) to run the browser tests." >&2; exit 1; }
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk fonts-noto-color-emoji >/dev/null
endif

test: install browser
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m lastmetre.drift

# The long runs: thousands of steps, random kills. Bounded, but not in the usual suite.
soak: install browser
	$(BIN)/python -m pytest -m soak --timeout 3600

# The speed figures, within 8 minutes: prints them, writes benchmarks/results/latest.json, and fails when an invariant does
# not hold or a ratio is a fifth worse than accepted. Options in ARGS: make bench ARGS="--only spread --quick".
bench: install
	$(BIN)/python -m benchmarks $(ARGS)

# The same over a whole year of a district: 10 million bookings, 17 GB of disk, half an hour and more. Smaller: make bench-year SCALE=0.1
SCALE ?= 1
bench-year: install
	$(BIN)/python -m benchmarks --only search --only history --only mine --only day --scale $(SCALE) $(ARGS)

# Holds later runs against the latest results, and shows them in the READMEs.
bench-accept: install
	$(BIN)/python -m benchmarks.accept

format: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Writes docs/openapi.json anew after the API has changed.
openapi: install
	$(BIN)/python -m lastmetre.drift --write

# Pins every library with its hashes. Run it to move to newer versions, then run check and test.
lock:
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate --no-header --quiet --upgrade --output-file requirements.lock
