"""The reader of adult services' extracts: everything about them is declared."""

from pathlib import Path

from prevention_model.records.standards.standard import Standard

STANDARD = Standard.shipped(Path(__file__).parent)
