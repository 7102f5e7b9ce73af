# The commands of this project. `make help` lists them.
#
# SWIFT names the compiler, once: on some machines `swift` is a program of OpenStack.

SWIFT ?= swift
# Comes with it. What it links is loaded into other programs, so the Swift runtime must not be in
# it, which the product of the manifest has: that one is for tests.
CLANG ?= $(dir $(shell command -v $(SWIFT)))clang
PREFIX ?= /usr/local
DESTDIR ?=
PYTHON ?= python3

# One import that the manifest does not declare fails the build: the manifest is the layering.
BUILD_FLAGS := --explicit-target-dependency-import-check error
BINARY := .build/release/shale
PACKAGES := .build/packages

.DEFAULT_GOAL := help
.PHONY: help setup lint check test faults build validate fuzz links stress demo bench bench-peers \
  golden docs install uninstall deb wheel packages clean ci-jobs

help:
	@echo "make demo         the main job on real data, in a temporary directory"
	@echo "make test         every test, and the main job checked file by file"
	@echo "make faults       every command, with everything going wrong (FAULTS='--only add')"
	@echo "make validate     what is written for other tools, read by those tools"
	@echo "make stress       many processes on one store, full disks, 500 kills"
	@echo "make fuzz         hostile input for every parser (FUZZ='--seconds 300 tree recipe')"
	@echo "make check        lint, then a build in which a wrong import fails"
	@echo "make build        the release binary: $(BINARY)"
	@echo "make install      the binary, completions and man pages (PREFIX=$(PREFIX)); uninstall"
	@echo "make deb wheel    a Debian package, a Python wheel; make packages tries both"
	@echo "make bench        speed beside cp, sha256 and git (BENCH='--scale 0.1 --only W3')"
	@echo "make bench-peers  the other tools, installed for make bench"
	@echo "make golden       expected texts written anew (then read git diff)"
	@echo "make docs         the generated parts of docs/ written anew"
	@echo "make setup        the C libraries, installed if they are missing"
	@echo "make clean        what was built, removed"

# Installs what is missing, says so, and changes nothing where all is there: it works offline then.
setup:
	@SWIFT='$(SWIFT)' scripts/setup

lint: setup
	$(SWIFT) format lint --strict --parallel --recursive Sources Tests Package.swift

check: lint
	$(SWIFT) build --build-tests $(BUILD_FLAGS)

test: setup build
	@SWIFT='$(SWIFT)' BUILD_FLAGS='$(BUILD_FLAGS)' scripts/test '$(BINARY)'

# The seam is in debug builds only: this is one that is fast, beside the others. Without FAULTS each
# parser then gets a second of hostile input.
faults: setup
	$(SWIFT) build --configuration release -Xswiftc -DDEBUG --static-swift-stdlib \
	  --scratch-path .build/faults --product faults $(BUILD_FLAGS)
	.build/faults/release/faults $(FAULTS)
	$(if $(FAULTS),,@$(MAKE) fuzz FUZZ='--seconds 1')

build: setup
	$(SWIFT) build --configuration release --static-swift-stdlib --disable-local-rpath \
	  --product shale $(BUILD_FLAGS)
	$(CLANG) -O2 -shared -fPIC -Wall -Wextra Sources/CTrace/CTrace.c \
	  -o '$(dir $(BINARY))libshale-trace.so'

validate: build
	@Tests/EndToEnd/validators/validate.sh '$(BINARY)'

# The jobs of docs/ci.md: MEASURE=9 times a model of 90 MB instead.
ci-jobs: build
	@MEASURE='$(MEASURE)' Tests/EndToEnd/ci.sh '$(BINARY)'

# Link modes, on this file system and others: REFLINK_DIR=DIR for one that shares blocks.
links: build
	@Tests/EndToEnd/links.sh '$(BINARY)'

# Many processes on one store, a full disk, kills at random moments: STRESS='--count 100 --seed 7'.
stress: build
	@$(PYTHON) Tests/EndToEnd/reliability/concurrency.py '$(BINARY)' --seconds 60
	@$(PYTHON) Tests/EndToEnd/reliability/full_disk.py '$(BINARY)'
	@$(PYTHON) Tests/EndToEnd/reliability/kills.py '$(BINARY)' --count 500 $(STRESS)

# Each parser by turns, from a seed; the last line is 'N passed, M failed'.
fuzz: setup
	@$(SWIFT) build --product fuzz $(BUILD_FLAGS)
	@.build/debug/fuzz $(FUZZ)

# One parser under the fuzzer of the compiler, which follows what code an input reaches.
fuzz-%: setup
	@SWIFT='$(SWIFT)' scripts/fuzz '$*' $(FUZZ)

demo: build
	@Tests/EndToEnd/demo.sh '$(BINARY)'

bench: build
	@$(PYTHON) Tests/EndToEnd/bench/bench.py --shale '$(BINARY)' $(BENCH)
	$(SWIFT) build --configuration release --static-swift-stdlib --product benchmarks $(BUILD_FLAGS)
	@$(PYTHON) Tests/EndToEnd/bench/micro.py '$(dir $(BINARY))benchmarks'

bench-peers:
	@PYTHON='$(PYTHON)' scripts/install-peers

golden: setup
	UPDATE_GOLDEN=1 $(SWIFT) test --disable-xctest
	@git --no-pager diff --stat -- fixtures docs

docs: setup
	UPDATE_GOLDEN=1 $(SWIFT) test --disable-xctest --filter 'Architecture|Reference'
	@git --no-pager diff --stat -- docs

# Under sudo what was built before is installed: there is no Swift on root's PATH as a rule, and
# what root builds is root's.
install: $(if $(SUDO_USER),,build)
	@scripts/install '$(BINARY)' '$(DESTDIR)$(PREFIX)'

uninstall:
	@scripts/install --remove '$(DESTDIR)$(PREFIX)'

deb: build
	@SWIFT='$(SWIFT)' scripts/setup deb
	@package=$$(scripts/deb '$(BINARY)' '$(PACKAGES)') && echo "$$package" && \
	  lintian --allow-root --fail-on error "$$package"

wheel: build
	@SWIFT='$(SWIFT)' scripts/setup wheel
	@SWIFT='$(SWIFT)' $(PYTHON) scripts/wheel '$(BINARY)' '$(PACKAGES)'

# Both, installed and used on a machine that was made for it and has nothing else (needs root).
packages: deb wheel
	@SWIFT='$(SWIFT)' scripts/setup clean
	@CLEAN=1 Tests/EndToEnd/install.sh '$(BINARY)'

clean:
	rm -rf .build .cache/bench
