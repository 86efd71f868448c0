"""Every block of code of every page runs, as a reader would run it, and prints what the page says it prints.

The tutorial is gone through first, on a small made-up county. The other pages begin where it stands before it takes
its lists back.
"""

import doctest
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml

from manual.commands_page import commands
from prevention_model.cli import app
from prevention_model.settings.authority import Authority
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy
from tests.docs.blocks import RUN, SHOWN, Block, blocks, typed
from tests.docs.scenes import NOTHING, SCENES, Standing
from tests.fixtures.typed_in_a_shell import Shell, answering

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorial.md"
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")])
BLOCKS = {page: blocks(page) for page in PAGES}
WITH_CODE = [
    page
    for page, found in BLOCKS.items()
    if page != TUTORIAL and any(block.kind in RUN and not block.why_not for block in found)
]
NOT_RUN = 2
"""How many blocks are not run, each for a reason that stands before it: another needs a look at this number."""
LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("pages"),
    pytest.mark.skipif(os.name == "nt", reason="the pages' commands are typed into bash"),
]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@dataclass
class Reader:
    """Somebody who goes through a page: a shell, and one Python."""

    shell: Shell
    stdin: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)

    def run(self, block: Block) -> None:
        """Run one block; AssertionError where it fails, or prints something else than the page says."""
        if block.kind == "yaml":
            check_settings(block)
        elif block.kind == "python":
            self.python(block)
        elif block.kind == "bash":
            said = self.shell.type(
                f"trap '__failed=1' ERR; __failed=0; {block.text}\ntest $__failed = 0", self.reads()
            )
            assert said.code == 0, f"{block}\n{said.text}"
        else:
            self.console(block)

    def reads(self) -> str:
        """The file from which the next commands read what is typed in."""
        return self.stdin.pop(0) if self.stdin else NOTHING

    def python(self, block: Block) -> None:
        """Run Python where the shell stands."""
        before = Path.cwd()
        os.chdir(self.shell.folder())
        try:
            exec(compile("\n" * block.line + block.text, str(block.page), "exec"), self.names)
        finally:
            os.chdir(before)

    def console(self, block: Block) -> None:
        """Type each command, and hold what it prints against the page."""
        asked = typed(block.text)
        for each, following in zip(asked, [*asked[1:], None], strict=True):
            said = self.shell.type(each.command, self.reads())
            expected = following is not None and "$?" in following.command
            assert said.code == 0 or expected, f"{block}: {each.command}\n{said.text}"
            # Progress ends with how long it took, and a page says nothing of that.
            printed = re.sub(r"(?<=: )\d+\.\d s$", "... s", said.text, flags=re.MULTILINE)
            as_written = re.sub(r"(?<=: )\d+\.\d s$", "... s", each.prints, flags=re.MULTILINE)
            same = doctest.OutputChecker().check_output(as_written, printed, LIKE)
            assert same, (
                f"{block}: $ {each.command}\n--- the page says\n{each.prints}\n--- printed was\n{said.text}"
            )


def check_settings(block: Block) -> None:
    """A block of YAML can be read, and what it sets is a setting of an experiment, a policy, an authority or a map."""
    content = yaml.safe_load(block.text)
    known = [set(kind.model_fields) for kind in (Experiment, Policy, Authority)]
    maps = {
        "source",
        "agency",
        "description",
        "date_format",
        "columns",
        "identifiers",
        "vault",
        "unique",
        "produces",
    }
    if isinstance(content, dict):
        assert any(set(content) <= fields for fields in [*known, maps]), f"{block}: {sorted(content)}"


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the commands of the pages are found."""
    # Short, because the path of a socket is.
    folder = tmp_path_factory.mktemp("t")
    with answering(folder) as made:
        yield made


@pytest.fixture(scope="session")
def county(tmp_path_factory: pytest.TempPathFactory, tools: Path) -> Standing:
    """The tutorial, gone through to its end; and the county as it was before its lists were taken back."""
    folder = tmp_path_factory.mktemp("tutorial")
    shutil.copytree(
        ROOT / "experiments", folder / "experiments", ignore=shutil.ignore_patterns("__pycache__")
    )
    kept = folder / "kept"
    with closing(Shell(tools, folder, {})) as shell:
        reader = Reader(shell)
        for block in BLOCKS[TUTORIAL]:
            if "prevention-model withdraw" in block.text:
                shutil.copytree(folder / "county", kept)
            if block.kind in RUN and not block.why_not:
                reader.run(block)
    return Standing.of(kept)


def test_the_tutorial_runs_from_delivery_to_withdrawal(county: Standing) -> None:
    assert county.release.endswith("-shadow") and county.rows


@pytest.mark.parametrize("page", WITH_CODE, ids=name_of)
def test_the_blocks_of_a_page_run(page: Path, county: Standing, tools: Path, tmp_path: Path) -> None:
    folder = tmp_path / "county"
    shutil.copytree(county.folder, folder)
    standing = Standing.of(folder)
    scene = SCENES.get(name_of(page))
    prepared = scene(standing) if scene else {}
    with ExitStack() as lasting:
        held = {name: lasting.enter_context(made) for name, made in prepared.get("lasting", {}).items()}
        variables = standing.variables() | prepared.get("variables", {}) | held
        lasting.enter_context(patch.dict(os.environ, variables))
        shell = lasting.enter_context(closing(Shell(tools, folder, variables)))
        reader = Reader(shell, list(prepared.get("stdin", ())), dict(prepared.get("names", {})))
        before = prepared.get("before", {})
        for number, block in enumerate(BLOCKS[page]):
            if number in before:
                before[number]()
            if block.kind in RUN and not block.why_not:
                reader.run(block)


def test_every_block_says_what_it_is() -> None:
    unsaid = [str(block) for found in BLOCKS.values() for block in found if block.kind not in (*RUN, *SHOWN)]
    assert not unsaid, f"write the language after the fence ({', '.join((*RUN, *SHOWN))}): {unsaid}"


def test_few_blocks_are_not_run_and_each_says_why() -> None:
    kept = [block for found in BLOCKS.values() for block in found if block.why_not]
    assert len(kept) == NOT_RUN, [str(block) for block in kept]
    assert all(len(block.why_not.split()) >= 3 for block in kept)


def test_every_scene_has_its_page() -> None:
    assert set(SCENES) <= {name_of(page) for page in WITH_CODE}


def test_every_command_that_a_page_names_can_be_typed() -> None:
    known = {name.removeprefix("prevention-model ") for name, _ in commands(app)}
    groups = {name.split()[0] for name in known if " " in name}
    unknown = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for first, second in re.findall(
            r"(?:^|[`$ ])prevention-model ([a-z]+)(?: ([a-z]+))?", text, re.MULTILINE
        ):
            if (f"{first} {second}" if first in groups and second else first) not in known | groups:
                unknown.append(f"{name_of(page)}: prevention-model {first} {second}".rstrip())
    assert not unknown, "\n".join(unknown)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("console", "$ echo a\nb\n"),
        ("console", "$ echo a\n"),
        ("console", "$ false\n"),
        ("console", '$ false\n$ echo "exit code $?"\nexit code 2\n'),
        ("bash", "false\ntrue\n"),
        ("python", "assert 1 == 2\n"),
        ("yaml", "horizn: 12\n"),
    ],
)
def test_a_block_that_is_wrong_is_found(kind: str, text: str, tmp_path: Path) -> None:
    with closing(Shell(tmp_path, tmp_path, {})) as shell, pytest.raises(AssertionError):
        Reader(shell).run(Block(TUTORIAL, 1, kind, text))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("console", "$ echo a b c\na ... c\n"),
        ("console", '$ false\n$ echo "exit code $?"\nexit code 1\n'),
        ("console", "$ cd /\n$ HERE=$(pwd)\n$ echo $HERE\n/\n"),
        ("console", "$ echo a\\\n> b\nab\n"),
        ("bash", "true\ntrue\n"),
        ("yaml", "harm_weights: equal\n"),
    ],
)
def test_a_block_that_is_right_passes(kind: str, text: str, tmp_path: Path) -> None:
    with closing(Shell(tmp_path, tmp_path, {})) as shell:
        Reader(shell).run(Block(TUTORIAL, 1, kind, text))
