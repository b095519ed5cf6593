# Everything starts here, with nothing but make and Python 3.11 or newer. `make` alone lists it.

PORT ?= 8000
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3.14 python3,$(if $(shell command -v $(name)),$(name))))
RUN := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo stop reset test lint audit bench shell psql lock sandbox-ready dev-ready

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: sandbox-ready ## The whole product on this machine until Ctrl-C (PORT=8000)
	@exec $(RUN) -m deploy.sandbox.demo --port $(PORT)

stop: ## Stop what the demo left running
	@$(PYTHON) -m deploy.sandbox.reset stop

reset: ## Stop, and remove all data of the demo
	@$(PYTHON) -m deploy.sandbox.reset reset

test: dev-ready ## All checks and all tests
	@$(RUN) -m deploy.checks all

lint: dev-ready ## Style, layers and types, without tests
	@$(RUN) -m deploy.checks lint

audit: dev-ready ## Known vulnerabilities in the pinned packages
	@$(RUN) -m deploy.checks audit

bench: dev-ready ## The measurements of bench/
	@$(RUN) -m bench $(ARGS)

shell: sandbox-ready ## A Django shell on the running demo
	@exec $(RUN) -m deploy.sandbox.manage shell

psql: sandbox-ready ## A psql on the running demo's database
	@exec $(RUN) -m deploy.sandbox.postgres psql

lock: dev-ready ## Pin requirements and front-end packages again
	@$(RUN) -m deploy.lock

sandbox-ready:
	@$(PYTHON) -m deploy.sandbox.bootstrap sandbox

dev-ready:
	@$(PYTHON) -m deploy.sandbox.bootstrap dev
	@$(RUN) -m deploy.frontend --quiet
