"""Model cards, comparisons and audit pages for a governance board: one document, as a page and as Markdown."""

from prevention_model.cards.audit_page import write_audit_page
from prevention_model.cards.card import CARD_FILES, card_document, write_card
from prevention_model.cards.comparison import COMPARISON_FILE, write_comparison
from prevention_model.cards.facts import CardFacts
from prevention_model.cards.mitigation import MITIGATION_FILE, write_mitigation_page

__all__ = [
    "CARD_FILES",
    "COMPARISON_FILE",
    "MITIGATION_FILE",
    "CardFacts",
    "card_document",
    "write_audit_page",
    "write_card",
    "write_comparison",
    "write_mitigation_page",
]
