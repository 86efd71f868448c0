# Every target is a command of dev.py, which needs nothing but Python 3.11 or newer.
PYTHON ?= python3
ARGS ?=

.PHONY: demo test fuzz check bench docs format lock clean

demo test fuzz check bench docs format lock clean:
	@$(PYTHON) dev.py $@ $(ARGS)
