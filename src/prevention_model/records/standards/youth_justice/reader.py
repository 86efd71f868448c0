"""The reader of the youth justice extract: everything about it is declared."""

from pathlib import Path

from prevention_model.records.standards.standard import Standard

STANDARD = Standard.shipped(Path(__file__).parent)
