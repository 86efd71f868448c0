"""The documentation site: `python -m manual.site` builds it into site/, without a network.

A page is written for whoever reads the repository. In the site, links to code, which the site does not hold, keep
their words and lose their link, and a state diagram, for which a browser would fetch a program, becomes a table.
"""

import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from manual.contents import contents

ROOT = Path(__file__).resolve().parents[1]
FROM_OUTSIDE = {
    "README.md": "index.md",
    "GLOSSARY.md": "glossary.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "docs/decisions/README.md": "decisions/index.md",
}
"""Pages that stand elsewhere in the site than under the name that they have in docs/."""

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_DIAGRAM = re.compile(r"^```mermaid\nstateDiagram-v2\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_ARROW = re.compile(r"^ *(\S+) --> (\S+?)(?:: (.*))?$", re.MULTILINE)


def build(out: Path) -> int:
    """Build the site into a folder; gives the exit code of Sphinx, which is not 0 where it warned of anything."""
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        lay_out(pages)
        told = [
            "-W",
            "--keep-going",
            "-q",
            "-E",
            "-c",
            str(ROOT / "manual"),
            "-d",
            str(Path(folder) / "read"),
        ]
        made = Path(folder) / "made"
        done = subprocess.run([sys.executable, "-m", "sphinx", *told, pages, made], check=False)
        if done.returncode == 0:
            for page in made.rglob("*.html"):
                page.write_text(reachable(page.read_text(encoding="utf-8")), encoding="utf-8")
            shutil.rmtree(out, ignore_errors=True)
            shutil.copytree(made, out, ignore=shutil.ignore_patterns(".buildinfo", "objects.inv"))
    return done.returncode


def lay_out(pages: Path) -> None:
    """Write the pages as Sphinx is to read them, with their pictures."""
    places = where_pages_stand()
    decisions = sorted(path.stem for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    for written, place in places.items():
        text = (ROOT / written).read_text(encoding="utf-8")
        shown = relinked(tabulated(text), written, places) + contents(place.removesuffix(".md"), decisions)
        (pages / place).parent.mkdir(parents=True, exist_ok=True)
        (pages / place).write_text(shown, encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "images", pages / "images")


def where_pages_stand() -> dict[str, str]:
    """Each page's path in the repository, and its path in the site."""
    found = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md"))
    return {name: name.removeprefix("docs/") for name in found} | FROM_OUTSIDE


def reachable(html: str) -> str:
    """A page as those need it who read with a keyboard or by ear: what scrolls takes the focus, regions have names.

    >>> reachable('<aside class="toc-drawer"><pre>x</pre>')
    '<aside class="toc-drawer" aria-label="On this page"><pre tabindex="0">x</pre>'
    """
    html = re.sub(r'<aside class="sidebar-drawer[^"]*"', r'\g<0> aria-label="All pages"', html)
    html = re.sub(r'<aside class="toc-drawer[^"]*"', r'\g<0> aria-label="On this page"', html)
    html = re.sub(r'<div class="table-wrapper[^"]*"', r'\g<0> tabindex="0"', html)
    if "<h1" not in html:
        html = html.replace('id="furo-main-content">', 'id="furo-main-content"><h1>Search</h1>')
    return html.replace("<pre>", '<pre tabindex="0">')


def tabulated(markdown: str) -> str:
    """State diagrams as tables.

    >>> print(tabulated("```mermaid\\nstateDiagram-v2\\n    [*] --> shadow\\n    shadow --> pilot: asked\\n```\\n"))
    | from | to | when |
    |---|---|---|
    | (begin) | shadow |  |
    | shadow | pilot | asked |
    <BLANKLINE>
    """

    def table(found: re.Match[str]) -> str:
        rows = [
            f"| {'(begin)' if start == '[*]' else start} | {'(end)' if end == '[*]' else end} | {when} |\n"
            for start, end, when in _ARROW.findall(found[1])
        ]
        return "| from | to | when |\n|---|---|---|\n" + "".join(rows)

    return _DIAGRAM.sub(table, markdown)


def relinked(markdown: str, written: str, places: dict[str, str]) -> str:
    """The links of a page, which is written at `written` in the repository, as they lead from its place in the site.

    >>> relinked("[time](docs/time.md#a), [code](src/x.py)", "README.md", {**FROM_OUTSIDE, "docs/time.md": "time.md"})
    '[time](time.md#a), code'
    """
    here = posixpath.dirname(places[written])

    def link(found: re.Match[str]) -> str:
        picture, words, target, anchor = found.groups()
        if not target or re.match(r"[a-z]+:", target):
            return found[0]
        meant = posixpath.normpath(posixpath.join(posixpath.dirname(written), target))
        there = meant.removeprefix("docs/") if meant.startswith("docs/images/") else places.get(meant)
        if there is None:
            # A page of ours that is not there is left for Sphinx to complain of.
            return found[0] if meant.endswith(".md") and meant.startswith("docs/") else words
        return f"{picture}[{words}]({posixpath.relpath(there, here or '.')}{anchor or ''})"

    parts, last = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_LINK.sub(link, markdown[last : fence.start()]), fence[0]]
        last = fence.end()
    return "".join([*parts, _LINK.sub(link, markdown[last:])])


if __name__ == "__main__":
    raise SystemExit(build(ROOT / "site"))
