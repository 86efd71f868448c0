"""One person, one household: from identifiers in agencies' files to pseudonyms."""

from prevention_model.linkage.link import Linked, link

__all__ = ["Linked", "link"]
