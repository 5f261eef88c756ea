# What people type. Everything is built once per machine, into KORE_CACHE, and is shared between clones.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

export KORE_CACHE ?= $(HOME)/.cache/kore
export CARGO_TARGET_DIR ?= $(KORE_CACHE)/target
export KORE_TOOLS := $(CURDIR)/bin/tools
# Cargo's profile: dev compiles in a third of the time, release is for measuring.
PROFILE ?= dev
OUTPUT := $(CARGO_TARGET_DIR)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))

.PHONY: help up down build rehearsal moto tools mine tests test lint e2e soak

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: build ## build what is missing, start Kore on this machine, end with a first cluster
	@./bin/kore up

down: ## stop everything, keep the data (./bin/kore down --purge removes it)
	@./bin/kore down

build: tools mine ## bin/kore, bin/kored and the programs of local clusters
	@tools/console
	@cargo build --profile $(PROFILE) --bins
	@install -C -t bin $(OUTPUT)/kore $(OUTPUT)/kored $(OUTPUT)/kore-simulator-aws

rehearsal: build moto ## what stands in for AWS, for ./bin/kore up --rehearse aws

moto: # where the programs look for it
	@python=$$(tools/moto/install) && ln -sfn "$${python%/bin/python}" bin/moto

tools: # the Debian packages and Go programs of local clusters
	@for program in cargo go; do command -v $$program >/dev/null || { \
		echo "error: '$$program' is not in PATH" >&2; \
		echo "fix:   install Rust (https://rustup.rs) and Go (https://go.dev/dl/)" >&2; exit 1; }; done
	@tools/build

mine: # cargo's target directory is shared between clones
	@tools/mine

lint: mine # format and lints, as errors
	@tools/console modules
	@cd ui && npm run --silent types && npm run --silent lint
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --features e2e/stories -- -D warnings

tests: build moto
	@tools/packages tests
	@tools/oidc/install
	@tools/judge/install
	@tools/verifier/install
	@tools/build e2e
	@tools/old-kubectl
	@cargo test --workspace --features e2e/stories --no-run

# The stories use the whole machine, so they come after everything else. Each waits much: two at a time.
STORIES := --test stories -- --test-threads=2
test: lint tests ## all tests
	@cd ui && npm run --silent test && npm run --silent budget
	@cargo test --workspace
	@cargo test --workspace --features e2e/stories $(STORIES)

e2e: tests ## the stories alone, told from outside: built programs, real clusters, real pods
	@cargo test --workspace --features e2e/stories $(STORIES)

soak: tests ## the long matrices: every kill point, the listed conformance tests
	@tools/oidc/install keycloak
	@KORE_SOAK=1 cargo test --workspace -- --include-ignored --test-threads=1
	@KORE_SOAK=1 cargo test --workspace --features e2e/stories $(STORIES) --include-ignored
