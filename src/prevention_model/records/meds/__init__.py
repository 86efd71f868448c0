"""Event data in and out in the form that models of health records use: the Medical Event Data Standard."""

from prevention_model.records.meds.read import MedsDelivery, meds_delivery, read_meds
from prevention_model.records.meds.write import write_meds

__all__ = ["MedsDelivery", "meds_delivery", "read_meds", "write_meds"]
