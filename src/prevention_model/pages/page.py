"""Rendering: one jinja2 environment, and a page that carries all it needs and may fetch nothing.

Every page names the SHA-256 of its own style and script in a Content-Security-Policy, so a browser runs
those and nothing else: text that got into a page cannot act, load or send.
"""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from prevention_model.pages.words import about_of, percent, plain_date, plural

_HERE = Path(__file__).resolve().parent
TEMPLATES = _HERE / "templates"


@cache
def environment(folder: Path = TEMPLATES) -> Environment:
    """The jinja2 environment over `folder` and the shared templates: everything escaped, nothing undefined.

    >>> environment().from_string("{{ name }}").render(name="<b>")
    '&lt;b&gt;'
    """
    made = Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # Only svg.py makes drawings, and it escapes every text in them.
    made.filters.update(plain_date=plain_date, percent=percent, about_of=about_of, drawing=Markup)
    made.globals.update(plural=plural)
    return made


@cache
def stylesheet() -> str:
    """The one stylesheet, as text."""
    return (_HERE / "stylesheet.css").read_text(encoding="utf-8")


def render(template: str, *, folder: Path = TEMPLATES, script: str = "", **values: Any) -> str:
    """A whole page from a template that extends `base.html.j2`. `script` is our own code, never data.

    >>> "default-src 'none'" in render("document.html.j2", document=_EMPTY)
    True
    """
    css = stylesheet()
    page = environment(folder).get_template(template)
    policy = content_policy(css, script)
    return page.render(style=Markup(css), script=Markup(script), policy=Markup(policy), **values)


def content_policy(style: str, script: str = "") -> str:
    """The Content-Security-Policy that allows this style and this script, and no request at all.

    >>> content_policy("", "").split("; ")[0]
    "default-src 'none'"
    """
    allowed = f"'sha256-{_sha256(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; style-src 'sha256-{_sha256(style)}'; script-src {allowed}; "
        "img-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_EMPTY = {
    "title": "",
    "kind": "",
    "lead": "",
    "tags": (),
    "sections": (),
    "foot": "",
    "before_contents": 0,
    "tight": False,
}
