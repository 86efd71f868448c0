"""Typed configuration, read once: unknown keys are errors, and all faults are reported together."""
