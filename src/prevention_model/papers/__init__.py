"""What an authority publishes or files about a model beside its card, from the evidence and in its own words."""

from prevention_model.papers.writing import PAPER_FILES, lacking, write_papers

__all__ = ["PAPER_FILES", "lacking", "write_papers"]
