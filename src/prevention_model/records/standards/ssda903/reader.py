"""The reader of SSDA903 returns: CSV by module, a workbook, or XML; one year or several that overlap."""

from functools import partial
from pathlib import Path

from prevention_model.records.standards.module import read_modules
from prevention_model.records.standards.ssda903.finishing import finished
from prevention_model.records.standards.ssda903.preparing import prepared
from prevention_model.records.standards.ssda903.years import belongs
from prevention_model.records.standards.standard import Standard

_SETTINGS, _MODULES = read_modules(Path(__file__).parent)

STANDARD = Standard(
    _SETTINGS,
    _MODULES,
    belongs,
    partial(prepared, modules={module.module: module for module in _MODULES}, formats=_SETTINGS.date_format),
    finished,
)
"""SSDA903, the return on looked-after children and care leavers."""
