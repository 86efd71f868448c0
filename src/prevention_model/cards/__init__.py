"""Model cards, comparisons and audit pages for a governance board: one document, as a page and as Markdown."""

from prevention_model.cards.audit_page import write_audit_page
from prevention_model.cards.board_pack import BOARD_FILES, board_pack, write_board_pack
from prevention_model.cards.card import CARD_FILES, card_document, write_card
from prevention_model.cards.comparison import COMPARISON_FILE, write_comparison
from prevention_model.cards.facts import FACTS_FILE, CardFacts
from prevention_model.cards.mitigation import MITIGATION_FILE, write_mitigation_page
from prevention_model.cards.public import PublicFacts, publish
from prevention_model.cards.since import changed_since

__all__ = [
    "CARD_FILES",
    "BOARD_FILES",
    "COMPARISON_FILE",
    "MITIGATION_FILE",
    "CardFacts",
    "FACTS_FILE",
    "PublicFacts",
    "publish",
    "changed_since",
    "board_pack",
    "card_document",
    "write_audit_page",
    "write_board_pack",
    "write_card",
    "write_comparison",
    "write_mitigation_page",
]
