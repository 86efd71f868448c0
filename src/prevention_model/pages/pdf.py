"""A page as a tagged PDF, where the extra for it is installed."""

from importlib import import_module

from prevention_model.errors import WrongUsage


def to_pdf(html: str) -> bytes:
    """A page of `to_html` as PDF/UA-1: tagged, with its language, title and bookmarks.

    The same page gives the same bytes, on one machine: its fonts are in the file. Loads nothing that the page does not
    hold. Raises WrongUsage where weasyprint, or the system's Pango that it draws text with, is missing.
    """
    try:
        drawing = import_module("prevention_model.pages.tagged_pdf")
    except ImportError:
        raise WrongUsage(
            "No PDF can be made: weasyprint is not installed.",
            todo='Type pip install "prevention-model[pdf]"; the page itself prints from any browser.',
        ) from None
    except OSError:  # weasyprint is there, and the library that it loads is not
        raise WrongUsage(
            "No PDF can be made: the system has no Pango.",
            todo="Install it (Debian: apt-get install libpangoft2-1.0-0); the page itself prints from any browser.",
        ) from None
    made: bytes = drawing.tagged_pdf(html)
    return made
