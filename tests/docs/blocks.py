"""The blocks of code of the pages: what each is, and whether it is run.

A page's blocks are run in their order, as a reader would:

- `bash`: lines to type; none may fail.
- `console`: lines after `$ ` are typed and what stands below them is what is printed, with `...` for what differs from
  time to time. A command that fails is followed by `$ echo "exit code $?"`.
- `python`: run in one namespace a page, in the folder in which the shell stands.
- `yaml`: read.
- `text`, `mermaid`, `pycon`: shown. Examples in `pycon` come from docstrings, which are tested where they stand.

A comment `<!-- not run: REASON -->` on the line before keeps a block from being run.
"""

import re
from dataclasses import dataclass
from pathlib import Path

RUN = ("bash", "console", "python", "yaml")
SHOWN = ("text", "mermaid", "pycon")
_BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<why>[^>]+) -->\n)?^(?P<fence>```)(?P<kind>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """One block of a page, with the line on which it begins, and why it is not run where it is not."""

    page: Path
    line: int
    kind: str
    text: str
    why_not: str = ""

    def __str__(self) -> str:
        return f"{self.page.name}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """All blocks of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page,
            text.count("\n", 0, found.start("fence")) + 1,
            found["kind"],
            found["text"],
            (found["why"] or "").strip(),
        )
        for found in _BLOCK.finditer(text)
    ]


@dataclass(frozen=True)
class Typed:
    """One command of a console, with what it is to print."""

    command: str
    prints: str


def typed(text: str) -> list[Typed]:
    """The commands of a console; a line that begins with `> ` goes on with the one before.

    >>> typed("$ echo a\\na\\n$ echo b\\n")
    [Typed(command='echo a', prints='a\\n'), Typed(command='echo b', prints='')]
    """
    found: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], ""])
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        else:
            assert found, f"a console begins with a command, and not with: {line}"
            found[-1][1] += line + "\n"
    return [Typed(command, prints) for command, prints in found]
