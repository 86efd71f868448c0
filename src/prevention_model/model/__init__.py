"""Level, rise and the simple rules that must be beaten."""

from prevention_model.model.refits import Refits, refit
from prevention_model.model.rise import Reliability, Rise, rise_of
from prevention_model.model.risk_model import RiskModel
from prevention_model.model.rivals import rival_scores
from prevention_model.model.selection import Selection, select
from prevention_model.model.store import load_model, save_model

__all__ = [
    "Refits",
    "Reliability",
    "Rise",
    "RiskModel",
    "Selection",
    "load_model",
    "refit",
    "rise_of",
    "rival_scores",
    "save_model",
    "select",
]
