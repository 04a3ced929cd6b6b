# Everything a developer does, one word each; `make help` lists them. All but clean and help install
# the Debian 12 packages they miss (cmake/install_packages.sh).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run build demo test test-unit test-sdk test-dashboard bench check format tidy analyze tidy-configured fuzz tsan lint headers \
        cppcheck shellcheck clean packages-run packages-test packages-bench

JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
FOLDERS = $(wildcard src cache providers samples tests bench)
TSAN_SUPPRESSIONS = $(patsubst %,suppressions=$(CURDIR)/%,$(wildcard tests/tsan.supp))
# The ThreadSanitizer of g++ 12 cannot place its shadow where a kernel randomises addresses widely.
FIXED_ADDRESSES = $(shell setarch -R true 2>/dev/null && echo setarch -R)
SCRIPTS = .ci/run $(shell find cmake $(FOLDERS) -name '*.sh' -not -path '*/node_modules/*')
SOURCES = $(shell find $(FOLDERS) -name '*.[ch]pp' -not -path '*/node_modules/*')

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

# ---- Use

run: build ## build, then start the gateway; with no provider key set, a demo provider too. ARGS="..."
	@samples/run.sh $(ARGS)

demo: build ## a guided tour: miss, hit, savings; ends by itself
	@samples/demo.sh

build: packages-run ## release binaries: build/release/refrain and build/release/refrain-demo-provider
	@cmake --preset release -D REFRAIN_TESTS=OFF >/dev/null
	@ninja -C build/release -j$(JOBS) refrain refrain-demo-provider

# ---- Test

test: test-unit test-sdk test-dashboard ## what a developer runs: all tests under ASan and UBSan, the official SDK, the dashboard

test-unit: packages-test
	@cmake --preset dev
	@ninja -C build/dev -j$(JOBS)
	@ctest --test-dir build/dev -j$(JOBS) --output-on-failure --no-tests=error

test-sdk: build packages-test
	@tests/sdk/run.sh

test-dashboard: build packages-test
	@tests/dashboard/run.sh

tsan: packages-test ## the tests again, under ThreadSanitizer
	@cmake --preset tsan
	@ninja -C build/tsan -j$(JOBS)
	@TSAN_OPTIONS="halt_on_error=1 second_deadlock_stack=1 history_size=7 ignore_noninstrumented_modules=1 $(TSAN_SUPPRESSIONS)" $(FIXED_ADDRESSES) \
	    ctest --test-dir build/tsan -j$(JOBS) --output-on-failure --no-tests=error

bench: build packages-bench ## side-by-side load against nginx (bench/README.md). ARGS="--quick"
	@ninja -C build/release -j$(JOBS) refrain-without-books refrain-history refrain-store-filler
	@cmake -S bench -B build/bench -G Ninja -D CMAKE_BUILD_TYPE=Release >/dev/null
	@ninja -C build/bench -j$(JOBS)
	@bench/run.py $(ARGS)

fuzz: packages-test ## every fuzzer for FUZZ_SECONDS each
	@cmake --preset fuzz
	@cmake/run_fuzzers.sh build/fuzz $(FUZZ_SECONDS)

# ---- Check

check: ## everything CI checks, in CI's order
	@.ci/run

lint: packages-test ## format, layers, coroutines: the checks that take seconds
	@clang-format-14 --dry-run --Werror $(SOURCES)
	@cmake/check_layers.py
	@cmake/check_coroutines.py

format: packages-test ## lay the sources out as .clang-format says
	@clang-format-14 -i $(SOURCES)

headers: packages-test ## every header compiles alone
	@cmake --preset dev >/dev/null
	@cmake/check_headers.py build/dev

# A finding fails both. The static analyzer takes longest, and misunderstands coroutines: it has a target of
# its own, and reads the folders that have none.
HOUSE = (src|cache|providers)/.*\.cpp$$
PURE = (src/(base|http|config|ledger)|cache|providers)/.*\.cpp$$
TIDY = run-clang-tidy-14 -quiet -j$(JOBS) -p build/tidy
WITHOUT_NOISE = 2>/dev/null | { grep -vE '^clang-tidy-14 |^$$' || true; }

tidy: tidy-configured ## clang-tidy, all but its static analyzer
	@$(TIDY) -checks='-clang-analyzer-*' '^$(CURDIR)/$(HOUSE)' $(WITHOUT_NOISE)

analyze: tidy-configured ## clang's static analyzer
	@$(TIDY) -checks='-*,clang-analyzer-*,-clang-analyzer-optin.performance.Padding' '^$(CURDIR)/$(PURE)' $(WITHOUT_NOISE)

tidy-configured: packages-test
	@cmake --preset dev -B build/tidy -D CMAKE_CXX_COMPILER=clang++-14 -D REFRAIN_SANITIZE= \
	    -D REFRAIN_WERROR=OFF -D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null

cppcheck: packages-test
	@cppcheck --std=c++20 --language=c++ --enable=warning,performance,portability \
	    --inline-suppr --suppressions-list=cmake/cppcheck.supp --error-exitcode=1 --quiet \
	    -j$(JOBS) -I . -I src src cache providers

shellcheck: packages-test
	@shellcheck -x $(SCRIPTS)

clean: ## remove everything built
	@rm -rf build

packages-run packages-test packages-bench: packages-%:
	@cmake/install_packages.sh $*
