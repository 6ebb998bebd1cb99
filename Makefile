# make run     the main job: a day of the example book, from a bare machine to a report
# make test    everything that is checked; the same as .ci/run
# make help    the rest
#
# Needs: Rust (cargo), Python 3.11 or newer, and the network for crates.io and PyPI. As root on Debian or Ubuntu it
# installs a missing linker, python3-venv, g++, valgrind and pkg-config by itself; elsewhere it says what is missing.

PYTHON ?= python3
DAY := 2026-11-20
# Read by ar-ffi/install.sh.
export DESTDIR
# Cargo may be installed without being on the path of a new shell.
export PATH := $(PATH):$(HOME)/.cargo/bin
export PYTHON
export PIP_DISABLE_PIP_VERSION_CHECK := 1

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet
CARGO := cargo
WHEELS := target/wheels/make
ENGINE_SOURCES := Cargo.toml Cargo.lock README.md $(wildcard ar-python/Cargo.toml ar-python/pyproject.toml ar-core/Cargo.toml ar-arrow/Cargo.toml) \
	$(shell find ar-core/src ar-arrow/src ar-python/src ar-python/python -type f -not -name '*.pyc' -not -name '*.so' 2>/dev/null)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

## run: set up, build, run a day of the example book; the report is out/report.html
run: system-run $(VENV)/engine
	@mkdir -p out/book && echo '*' > out/.gitignore
	@cp -p examples/book/* out/book/
	$(BIN)/ar-core run out/book --as-of $(DAY) --out out
	@echo
	@echo "Open the report:  $(CURDIR)/out/report.html"
	@echo "What needs you:   $(BIN)/ar-core worklist out/book"

## test: set up, then formatting, lints, Rust tests, Python tests, documentation
test: system-test lint test-rust test-python bench-count doc
	@echo "All checks passed."

## lint: formatting and clippy; a warning is an error
lint:
	@if $(CARGO) fmt --version >/dev/null 2>&1; then echo "cargo fmt --all --check"; $(CARGO) fmt --all --check; \
	else echo "skipped: rustfmt is not installed"; fi
	@if $(CARGO) clippy --version >/dev/null 2>&1; then echo "cargo clippy"; $(CARGO) clippy --locked --workspace --all-targets -- -D warnings; \
	else echo "skipped: clippy is not installed"; fi

## test-rust: the Rust tests, through Rust and through C
test-rust:
	$(CARGO) test --locked --no-fail-fast

## test-python: the Python tests, against the extension that `make run` uses
test-python: $(VENV)/engine $(VENV)/test-libraries
	$(BIN)/python -c 'import ar_core._native'
	$(BIN)/python -m pytest tests/python -q -rs -p no:cacheprovider --numprocesses 2 --dist loadfile

## doc: the API documentation, in target/doc
doc:
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --no-deps --workspace --exclude ar-tests --exclude ar-world --exclude ar-model --exclude ar-year --exclude ar-benches

## site: the documentation as HTML, in target/site: the README, the guide for embedding, the notebooks, the C header, the published lists, Rust
site: doc $(VENV)/engine $(VENV)/test-libraries $(VENV)/site-libraries
	$(BIN)/python -B scripts/site.py target/site
	@echo "Open: $(CURDIR)/target/site/index.html"

## notebooks: the five notebooks of examples/notebooks, executed, as pages in target/site/notebooks
notebooks: $(VENV)/engine $(VENV)/test-libraries $(VENV)/site-libraries
	$(BIN)/python -B scripts/site.py target/site --notebooks-only
	@echo "Open: $(CURDIR)/target/site/notebooks/index.html"

## bench SIZE=small ONLY=: the engine and its peers on the same workloads (small, medium, large); the tables are out/bench/results.md and .json
SIZE ?= small
ONLY ?=
BENCH_VENV := target/bench-venv
bench: system-run
	@mkdir -p out && echo '*' > out/.gitignore
	sh benches/suite/setup.sh $(BENCH_VENV)
	PYTHONPATH=benches $(BENCH_VENV)/bin/python -B -m suite --size $(SIZE) --only "$(ONLY)" --out out/bench
	@echo "Open: $(CURDIR)/out/bench/results.md"

# Named with the extension, so that the engine of `make run` and of the Python tests is the one that is counted, and is not built again.
INSTRUCTIONS := $(CARGO) build --locked --release -p ar-python -p ar-benches --no-default-features --features ar-benches/parallel --bin instructions
COUNTER := $(or $(CARGO_TARGET_DIR),target)/release/instructions

## bench-count: instructions of each stage against benches/instructions.json; more than 3 % worse fails
bench-count:
	$(INSTRUCTIONS)
	@$(COUNTER)

## bench-count-renew REASON="…": write benches/instructions.json anew; the reason goes into its log
bench-count-renew:
	$(INSTRUCTIONS)
	@$(COUNTER) renew "$(REASON)"

## bench-scaling MAX=1000000: cost of each stage against the size of the book, memory, threads, hard books, bare loops; tables and plots in out/bench
MAX ?= 1000000
bench-scaling:
	$(CARGO) build --locked --release -p ar-benches --bin scale --bin limit --bin instructions
	$(PYTHON) -B benches/scaling.py --max $(MAX) $(if $(RECORD),--record)

## bench-limit ITEMS=1000000: what a bare loop over the same bytes takes beside each stage; a table in out/bench
ITEMS ?= 1000000
bench-limit:
	$(CARGO) run --locked --release -p ar-benches --bin limit -- $(ITEMS) out/bench

## check-model: a world of 8 days and 2 items with any 2 things on a path, explored to exhaustion: every invariant in every state
check-model:
	$(CARGO) run --locked --release -p ar-model

## check-year CUSTOMERS=2000 DAYS=365 SEED=1: a year of a simulated book day by day: every invariant after every run, and a replay equal to the byte
CUSTOMERS ?= 2000
DAYS ?= 365
SEED ?= 1
check-year:
	$(CARGO) run --locked --release -p ar-year --features threads -- $(CUSTOMERS) $(DAYS) $(SEED)

## check-memory: every day of the scenarios through the shared library under valgrind; planted faults are seen
check-memory:
	$(CARGO) test --locked -p ar-tests --test suite -- abi::memory --include-ignored --nocapture --test-threads 1

## check-asan: the tests of the C face under Rust's AddressSanitizer; planted faults are seen
check-asan:
	./scripts/check_asan.sh

## check-threads: 100,000 runs on 8 threads that share their handles, all the same; helgrind sees no race but the planted one
check-threads:
	$(CARGO) test --locked -p ar-tests --test suite -- abi::threads --include-ignored --nocapture --test-threads 1

## fuzz TARGET=events SECONDS=60: feed an entry-point family of the C face with bytes, NULLs, wrong sizes and lying streams
SECONDS ?= 60
fuzz:
	./fuzz/run.sh $(TARGET) $(SECONDS)

## reader: train the reader of replies from training/corpus and write the weights that the crate carries
WEIGHTS := ar-core/src/conversation/read/weights.bin
reader:
	$(CARGO) run --locked --release -p ar-training -- train $(WEIGHTS)

## check-reader: the weights are, to the byte, what training on this machine gives; and how they read the replies of tests/reference
check-reader:
	@mkdir -p target
	$(CARGO) run --locked --release -p ar-training -- train target/weights.bin
	cmp target/weights.bin $(WEIGHTS)
	$(CARGO) run --locked --release -p ar-training -- score $(WEIGHTS) tests/reference/replies.jsonl

## header: write include/ar_core.h anew
header:
	AR_WRITE_HEADER=1 $(CARGO) test --locked -p ar-tests --test suite header_is

## golden: write the generated lists and digests of tests/golden anew; read the difference before you commit it
golden:
	AR_WRITE_GOLDEN=1 $(CARGO) test --locked -p ar-tests --test suite

## example-book: write the tables of examples/book anew
example-book: $(VENV)/engine
	$(BIN)/python scripts/example_book.py

## notebook-data: write the files of examples/notebooks/data anew
notebook-data: $(VENV)/engine
	$(BIN)/python scripts/notebook_data.py

## install PREFIX=/usr/local: build the C library and install it with headers, pkg-config files and CMake package; DESTDIR, READER=no
PREFIX ?= /usr/local
BUILT := $(or $(CARGO_TARGET_DIR),target)/dist
install:
	$(CARGO) build --locked --profile dist -p ar-ffi $(if $(filter no,$(READER)),--no-default-features --features templates)
	sh ar-ffi/install.sh "$(PREFIX)" "$(BUILT)"

## uninstall PREFIX=/usr/local: take away what `make install` put there
uninstall:
	UNINSTALL=1 sh ar-ffi/install.sh "$(PREFIX)"

## clean: remove what was built and what was run
clean:
	rm -rf target $(VENV) out

## help: this list
help:
	@sed -n 's/^## \([^:]*\): /\1\t/p' $(MAKEFILE_LIST) | while IFS='	' read -r word what; do printf '  make %-32s %s\n' "$$word" "$$what"; done

system-run:
	@./scripts/system.sh run
system-test:
	@./scripts/system.sh test

# What was installed is remembered by files inside the environment, so that they go when it goes.
$(VENV)/libraries: scripts/requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -r scripts/requirements.txt
	@touch $@

$(VENV)/test-libraries: scripts/requirements-test.txt $(VENV)/libraries
	$(PIP) install -r scripts/requirements-test.txt
	@touch $@

$(VENV)/site-libraries: scripts/requirements-site.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install -r scripts/requirements-site.txt
	@touch $@

# Built in release, once for `run` and for the tests. `--no-index`: every dependency of the package must already be there,
# so that the versions in scripts/ and in pyproject.toml cannot drift apart unseen. (pip does not replace a wheel by one of the
# same version, hence the uninstall.)
$(VENV)/engine: $(ENGINE_SOURCES) $(VENV)/libraries
	@echo "Building the engine; the first time takes a few minutes."
	@rm -rf $(WHEELS)
	$(BIN)/maturin build --release --locked --manifest-path ar-python/Cargo.toml --interpreter $(BIN)/python --out $(WHEELS)
	@$(PIP) uninstall --yes ar-core 2>/dev/null
	$(PIP) install --no-index "$$(ls $(WHEELS)/ar_core-*.whl)[cli]"
	@touch $@

.PHONY: run test lint test-rust test-python doc site notebooks bench bench-count bench-count-renew bench-scaling bench-limit check-model check-year check-reader check-memory check-asan check-threads fuzz reader header golden example-book notebook-data install uninstall clean help system-run system-test
