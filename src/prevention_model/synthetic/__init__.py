"""People who do not exist: a county's agencies' files as they really look, and the truth behind them apart."""

from prevention_model.synthetic.county import CountySummary, write_county
from prevention_model.synthetic.parameters import Parameters

__all__ = ["CountySummary", "Parameters", "write_county"]
