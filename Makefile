# Two commands are all that a newcomer needs: `make demo` and `make test`. Both set up everything
# from nothing; the second time they find it done.
.DEFAULT_GOAL := help
.PHONY: help demo test check parity torture bench bench-archive bench-live bench-scale bench-edits screens clean setup tools jar unit integration junit spotless format

VENV := .venv
PY := $(VENV)/bin/python
JAR := jvm/target/minibroker-flink.jar
ALERTS ?=

help:
	@echo "make demo    run the whole broker once and compare stream and archive (ALERTS=dir for your own packets)"
	@echo "make test    all checks and tests"
	@echo "make check   format, lint, types, layers"
	@echo "make parity  compare N=1000000 made-up pairs of a filter and an alert in both engines"
	@echo "make torture kill N=100 processes while packets flow, and account for every packet"
	@echo "make bench   measure the filter and archive jobs beside a bare consumer"
	@echo "make bench-archive  measure filters and look-ups on a generated archive of a million alerts"
	@echo "make bench-live     measure latency, and how long a visit's burst takes, at Rubin's rate"
	@echo "make bench-scale    measure up to a thousand filters in several jobs"
	@echo "make bench-edits    measure how long the edit of a filter holds up the others"
	@echo "make screens take the README's pictures anew"
	@echo "make clean   remove everything that was built or fetched"

demo: setup
	$(VENV)/bin/minibroker demo $(if $(ALERTS),--alerts $(ALERTS))

# Python and Java at once: they share no files, and Maven checks the format before it tests.
test:
	$(MAKE) -j 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=line) check unit junit
	$(MAKE) integration

check: setup spotless
	$(VENV)/bin/ruff format --check minibroker tests bench docs
	$(VENV)/bin/ruff check minibroker tests bench docs
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

spotless: jar
	mvn -q -B -Dstyle.color=never -f jvm/pom.xml spotless:check

unit: setup
	$(PY) -m pytest tests/unit tests/cases tests/docs -n 2 --dist loadgroup

junit: setup spotless
	mvn -B -ntp -Dstyle.color=never -f jvm/pom.xml test

# Two at a time, each with its own Kafka and Flink: while one waits the other works.
integration: setup
	$(PY) -m pytest tests/integration tests/parity -n 2 --dist loadfile --no-loadscope-reorder

parity: setup
	$(PY) -m tests.parity $(or $(N),1000000)

torture: setup
	$(PY) -m tests.torture $(or $(N),100) $(SEED)

bench: setup
	$(PY) -m bench

bench-archive bench-live bench-scale bench-edits: setup
	$(PY) -m $(subst -,.,$@)

screens: setup
	$(PY) -m docs.screens

format: setup
	$(VENV)/bin/ruff format minibroker tests bench docs
	$(VENV)/bin/ruff check --fix minibroker tests bench docs
	mvn -q -B -Dstyle.color=never -f jvm/pom.xml spotless:apply

clean:
	rm -rf $(VENV) build dist jvm/target .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

setup: tools jar $(VENV)/.installed build/jars/.fetched

tools:
	@sh bin/tools.sh

jar: tools $(JAR)

$(JAR): jvm/pom.xml $(shell find jvm/src/main -type f) | tools
	@echo "building $@; Maven fetches what it needs the first time"
	@mvn -q -B -Dstyle.color=never -f jvm/pom.xml package -DskipTests
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt $(JAR)
	@test -x $(PY) || "$$(sh bin/tools.sh python)" -m venv $(VENV)
	@echo "installing Python packages into $(VENV): 1.5 GB, some minutes the first time"
	@$(VENV)/bin/pip install -q --no-compile -c constraints.txt -e '.[broker,shell,plot,stamps,dev]'
	@touch $@

build/jars/.fetched: flink-conf/jars.toml $(VENV)/.installed
	@echo "fetching Kafka and Flink's connectors into build/jars"
	@$(VENV)/bin/minibroker jars
	@touch $@
