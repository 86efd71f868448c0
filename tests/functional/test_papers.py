"""Card, board pack and papers of a run as a person gets them: before, while and after people decide."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from prevention_model.cards import FACTS_FILE, CardFacts
from prevention_model.papers import PAPER_FILES
from prevention_model.pipeline.run_pages import DOCUMENTS
from prevention_model.settings.shipped import shipped
from tests.fixtures.cards_alike import differences
from tests.fixtures.json_schema import faults
from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority, edit

Audited = tuple[SmallAuthority, str]
Copied = Callable[[SmallAuthority], SmallAuthority]
EXAMPLE = Path(__file__).parents[2] / "model_cards" / "small_county" / "facts.json"


@pytest.fixture(scope="module")
def decided(audited: Audited, copied: Copied) -> Audited:
    """A copy whose run was signed and released."""
    made, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        assert made.run("sign", run, "--key", made.key(name), "--authority", made.authority).returncode == 0
    done = made.run("release", run, "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    return made, run


def test_a_release_holds_card_board_pack_and_papers_that_say_who_signed(decided: Audited) -> None:
    made, run = decided
    folder = made.workspace / "releases" / f"{run}-shadow"
    assert {*DOCUMENTS, *PAPER_FILES} <= {path.name for path in folder.iterdir()}
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    for name, held in (
        ("model_card", card),
        ("atrs_record", json.loads((folder / "atrs_record.json").read_text())),
    ):
        assert faults(held, json.loads((shipped("data_schemas") / f"{name}.schema.json").read_text())) == []
    assert (card["verdict"], card["stage"], card["unfilled"]) == ("released", "shadow", [])
    assert [each["name"] for each in card["sign_offs"]] == list(SIGNATORIES)
    for name in ("card.md", "board_pack.md"):
        text = (folder / name).read_text(encoding="utf-8")
        assert all(signatory in text for signatory in SIGNATORIES), name


def test_what_was_printed_is_in_the_log_of_releases_and_no_small_count_is(decided: Audited) -> None:
    made, run = decided
    (release,) = json.loads((made.workspace / "published.json").read_text(encoding="utf-8"))["releases"]
    assert release["name"] == f"{run}-shadow"
    printed = [cell["printed"] for cell in release["cells"]]
    assert None in printed and not {1, 2, 3, 4, 5} & set(printed)
    card = json.loads(
        (made.workspace / "releases" / release["name"] / "card.json").read_text(encoding="utf-8")
    )
    of_all = {
        tuple(map(tuple, cell["categories"])): cell["printed"]
        for cell in release["cells"]
        if cell["population"].startswith("statutory_escalation: children at dates from")
    }
    shown = [row for row in card["groups"] if row["dimension"] == "sex" and row["people"] is not None]
    assert shown
    for row in shown:
        assert of_all[("followed", "to the end"), ("sex", row["group"])] == row["people"]


@pytest.mark.parametrize("key", ["owner.team", "deployment.human_review", "privacy.contact"])
def test_a_field_that_nobody_filled_stops_the_release_and_the_papers_and_is_named(
    audited: Audited, copied: Copied, tmp_path: Path, key: str
) -> None:
    made, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        assert made.run("sign", run, "--key", made.key(name), "--authority", made.authority).returncode == 0
    form = yaml.safe_load(made.authority.read_text(encoding="utf-8"))["publication"]
    part, name = key.split(".")
    form[part][name] = "TBC"
    edit(made.authority, publication=form)
    done = made.run("release", run, "--authority", made.authority)
    assert done.returncode == 4
    assert f"nobody has filled publication.{key} of authority.yaml" in " ".join(done.stderr.split())
    assert not list(made.workspace.glob("releases/*")) and not (made.workspace / "published.json").exists()
    done = made.run("papers", run, "--out", tmp_path / "out", "--authority", made.authority)
    assert done.returncode == 2 and f"publication.{key}" in done.stderr
    assert not (tmp_path / "out").exists()


def test_papers_are_made_while_people_decide_and_say_how_far_they_are(
    audited: Audited, copied: Copied, tmp_path: Path
) -> None:
    made, run = copied(audited[0]), audited[1]
    done = made.run("papers", run, "--out", tmp_path / "before", "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    before = json.loads((tmp_path / "before" / "card.json").read_text(encoding="utf-8"))
    assert (before["verdict"], before["sign_offs"]) == ("awaiting sign-off", [])
    assert (
        made.run("sign", run, "--key", made.key(SIGNATORIES[0]), "--authority", made.authority).returncode
        == 0
    )
    assert made.run("papers", run, "--out", tmp_path / "one", "--authority", made.authority).returncode == 0
    one = json.loads((tmp_path / "one" / "card.json").read_text(encoding="utf-8"))
    assert one["verdict"] == "awaiting sign-off"
    assert [each["name"] for each in one["sign_offs"]] == [SIGNATORIES[0]]
    again = made.run("papers", run, "--out", tmp_path / "one", "--authority", made.authority)
    assert again.returncode == 2 and "is there already" in again.stderr
    nobody = made.run("papers", "run-none", "--out", tmp_path / "none", "--authority", made.authority)
    assert nobody.returncode == 2 and "There is no run" in nobody.stderr


def test_no_raw_count_is_in_what_is_published_or_in_mlflow(decided: Audited) -> None:
    made, run = decided
    folder = made.workspace / "releases" / f"{run}-shadow"
    assert not list(folder.rglob(FACTS_FILE))
    assert not list((made.workspace / "mlflow").rglob(FACTS_FILE))
    facts = CardFacts.read(made.workspace / "runs" / run / FACTS_FILE)
    small = [row for row in facts.groups if 0 < row["with_outcome"] < 6]
    assert small, "a small county has small groups"
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    for row in small:
        there = next(
            r for r in card["groups"] if (r["dimension"], r["group"]) == (row["dimension"], row["group"])
        )
        assert there["with_outcome"] is None and there["share"] is None


def test_the_small_county_says_what_the_committed_example_says(audited: Audited) -> None:
    made, run = audited
    now = json.loads((made.workspace / "runs" / run / FACTS_FILE).read_text(encoding="utf-8"))
    found = list(differences(json.loads(EXAMPLE.read_text(encoding="utf-8")), now))
    assert not found, (
        f"The card has changed. If it should have, copy {FACTS_FILE} of the run to {EXAMPLE.name} of the example: "
        + "; ".join(found[:12])
    )


def test_the_board_pack_and_the_card_give_the_same_figures(decided: Audited) -> None:
    made, run = decided
    folder = made.workspace / "releases" / f"{run}-shadow"
    card, pack = ((folder / name).read_text(encoding="utf-8") for name in ("card.md", "board_pack.md"))
    for words in (
        "families listed, for whom it came to",
        "children to whom it happened, who were on no list",
    ):
        figures = [re.search(rf"\*\*([^*]+)\*\* {words}", text) for text in (card, pack)]
        assert all(figures) and len({figure[1] for figure in figures if figure}) == 1
