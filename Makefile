# Everything a developer runs. `make setup` is quick when nothing changed, so every other target may ask for it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv takes a quarter of pip's time; pip knows this machine's mirrors where uv does not.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
STAMP := $(VENV)/.requirements.sha256
# A user whose home is not there, or not his to write to, keeps what pip, uv, Kafka and the browser leave there in the checkout.
ifneq ($(shell [ -n "$$HOME" ] && [ -w "$$HOME" ] && [ -x "$$HOME" ] && echo yes),yes)
export HOME := $(CURDIR)/.local/home
$(shell mkdir -p "$(HOME)" 2>/dev/null)
endif

.PHONY: help setup browser deploy-check check compose-env contracts lock fmt lint test coverage demo demo-compose up down bench chaos guides clean

help:
	@echo "make setup         virtual environment with the locked dependencies"
	@echo "make demo          the whole system, end to end, on this machine"
	@echo "make up / down     the same system, left running in the background / stop it; BROKERS=3 STANDBY=1: more servers"
	@echo "make lint test     what every change must pass"
	@echo "make chaos bench   kills at full load, and lost parts (SCENARIO=NAME: one) / figures beside a bare probe"
	@echo "make deploy-check  alerts and charts, read and played by the tools of Prometheus and Kubernetes"
	@echo "make coverage      the quick tests alone, and the lines that they reach"
	@echo "make check         can it run here? a line for each thing that is missing"
	@echo "make demo-compose  the demo against docker-compose.yml"
	@echo "make contracts     write docs/asyncapi, docs/openapi and the page of settings anew"
	@echo "make guides        make the pictures of docs/panduan anew"
	@echo "make lock fmt      write the lock files anew / format the code"

# Made anew where the checkout was moved or copied with it: its programs name their folder.
setup:
	@[ -w . ] || { echo "$$(pwd) cannot be written by user $$(id -un): clone into a folder of your own" >&2; exit 1; }
	@command -v "$(PYTHON)" >/dev/null || { echo "$(PYTHON) was not found: install Python 3.11 or newer, or set PYTHON=/path/to/python3" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Tanggap needs Python 3.11 or newer; set PYTHON=/path/to/python3")'
	@if ! { [ -x $(BIN)/python ] && grep -qF -- "$$(readlink -f $(VENV))" $(VENV)/pyvenv.cfg && sha256sum --status -c $(STAMP) 2>/dev/null; }; then \
	  "$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments: install its venv (Debian: apt-get install python3-venv)" >&2; exit 1; }; \
	  grep -qsF -- "$$(readlink -f $(VENV))" $(VENV)/pyvenv.cfg && [ -x $(BIN)/python ] || "$(PYTHON)" -m venv --clear $(VENV) || exit 1; \
	  $(PIP) -r requirements-uv.lock || exit 1; \
	  $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock || $(PIP) -r requirements.lock || exit 1; \
	  pwd -P > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tanggap.pth"; \
	  sha256sum requirements.lock > $(STAMP); \
	fi

check: setup
	@$(BIN)/python -m deploy.local.preflight && echo "it can run here"

lock:
	@[ -x $(BIN)/uv ] || { [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV); $(BIN)/python -m pip install --quiet uv; }
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --quiet -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --constraints requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --quiet -o requirements-runtime.lock
	echo aiosmtpd | $(BIN)/uv pip compile - --constraints requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --quiet -o requirements-demo.lock
	echo uv | $(BIN)/uv pip compile - --constraints requirements.lock --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-header --quiet -o requirements-uv.lock

fmt: setup
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

contracts: setup
	@$(BIN)/python -m deploy.contracts

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy services shared deploy tests
	$(BIN)/lint-imports
	$(BIN)/vulture

# The pages are tested in a real Chromium: the machine's own, Debian's, or the one that Playwright brings.
browser: setup
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get -qq update && \
	  apt-get -qq install -y --no-install-recommends chromium >/dev/null; } || \
	$(BIN)/playwright install chromium || \
	{ echo "the pages' tests need a Chromium: install the package chromium, or google-chrome" >&2; exit 1; }

# What runs the services, read by the tools of its own parts, which need more than Python. One line for each part.
deploy-check: setup
	@bash deploy/tools/check-prometheus
	@bash deploy/tools/check-alertmanager
	@$(BIN)/python -m deploy.helm.check

# Two at a time, each with its own Kafka and Postgres; a file's tests stay together. In the order of the folders: those of few tests
# are the longest, and left to the end, as they would be, one worker would wait for the other.
# Each test runs once: the quick folders with the lines that they reach, then the others. Both run, even if one of them fails.
PYTEST := $(BIN)/python -m pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder
QUICK := tests/unit tests/property tests/contract
COVERED := mkdir -p .local && $(PYTEST) --cov --cov-report= $(QUICK) && $(BIN)/python -m tests.support.coverage_report
test: check browser
	failed=0; { $(COVERED); } || failed=1; $(PYTEST) $(QUICK:%=--ignore=%) --ignore=tests/deploy_check --ignore=tests/long || failed=1; exit $$failed

# The tests that need neither Kafka nor Postgres. Tracing takes 70 % more processor time, so the long tests go without.
coverage: setup
	$(COVERED)

demo: setup
	@$(BIN)/python -m deploy.local.demo

compose-env: setup
	@$(BIN)/python -m deploy.docker.environment

demo-compose: setup
	@$(BIN)/python -m deploy.local.demo --compose

up: setup
	@$(BIN)/python -m deploy.local up --detach $(if $(BROKERS),--brokers $(BROKERS)) $(if $(STANDBY),--standby)

down: setup
	@$(BIN)/python -m deploy.local down

bench: setup
	@$(BIN)/python -m tests.bench $(if $(ROWS),--rows $(ROWS))

chaos: setup
	@$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED)) $(if $(SCENARIO),--scenario $(SCENARIO))
	@$(if $(SCENARIO),:,$(BIN)/python -m tests.chaos.mirror $(if $(SEED),--seed $(SEED)))
	@$(if $(SCENARIO),:,$(BIN)/python -m pytest -q tests/long)

# Each picture is kept by the test that does the day's work of its role.
guides: browser
	@mkdir -p docs/panduan/gambar
	TANGGAP_PICTURES=docs/panduan/gambar $(BIN)/python -m pytest -q tests/integration/web/test_web_guides_browser.py

clean:
	rm -rf .local .mypy_cache .pytest_cache .ruff_cache .import_linter_cache build dist
