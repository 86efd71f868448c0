"""Ofsted's child-level workbook, "Annex A"."""
