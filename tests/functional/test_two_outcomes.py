"""Two outcomes that rank together, from a run to released lists: what a row says of each, what is never released."""

from collections.abc import Callable

import pandas as pd
import pytest

from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority, edit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

RANKING = ["persistent_absence", "statutory_escalation"]


@pytest.fixture(scope="module")
def released(
    loaded: SmallAuthority, copied: Callable[[SmallAuthority], SmallAuthority]
) -> tuple[SmallAuthority, str]:
    """A copy that ranks by two of three outcomes, signed and released."""
    made = copied(loaded)
    weights = {"persistent_absence": 1, "statutory_escalation": 4}
    edit(made.folder / "policy.yaml", harm_weights=weights)
    outcomes = [*RANKING, "suspension_or_exclusion"]
    edit(made.folder / "quarterly.yaml", outcomes=outcomes, ranking=RANKING, candidates=None)
    done = made.run("run", made.folder / "quarterly.yaml")
    assert done.returncode == 0, done.stderr
    run = done.stdout.split()[1]
    for name in SIGNATORIES:
        done = made.run("sign", run, "--key", made.key(name), "--authority", made.authority)
        assert done.returncode == 0, done.stderr
    done = made.run("release", run, "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    return made, run


def test_every_row_says_how_it_stands_by_both_with_their_weights(
    released: tuple[SmallAuthority, str],
) -> None:
    made, run = released
    packs = sorted((made.workspace / "releases" / f"{run}-shadow").glob("Z*"))
    families = pd.concat(pd.read_csv(pack / "list.csv") for pack in packs)
    lines = families["by_outcome"].str.split("\n")
    assert (lines.str.len() == 2).all()
    assert lines.str[0].str.startswith("Persistent absence: ").all()
    assert lines.str[1].str.startswith("Statutory social care: ").all()
    assert lines.str[1].str.endswith("weight 4").all()
    assert lines.str[0].str.contains("not counted, as the child is already there").any()
    assert (
        families["rising_reasons"]
        .str.contains("bears on statutory social care|bears on persistent absence")
        .any()
    )


def test_the_list_says_how_its_order_is_made(released: tuple[SmallAuthority, str]) -> None:
    made, run = released
    page = (made.workspace / "releases" / f"{run}-shadow" / "Z1" / "list.html").read_text(encoding="utf-8")
    assert "persistent absence (weight 1) and statutory social care (weight 4)" in page
    assert page.count("families on lists like this one") == 2
    assert "By each outcome alone" in page


def test_an_outcome_that_does_not_rank_is_neither_among_the_scores_nor_on_a_list(
    released: tuple[SmallAuthority, str],
) -> None:
    made, run = released
    folder = made.workspace / "runs" / run
    assert set(pd.read_parquet(folder / "scores.parquet")["outcome"]) == set(RANKING)
    assert set(pd.read_parquet(folder / "reasons.parquet")["outcome"]) <= set(RANKING)
    out = made.workspace / "releases" / f"{run}-shadow"
    assert (folder / "beside" / "suspension_or_exclusion" / "card.md").exists()
    assert not (out / "beside" / "suspension_or_exclusion").exists()


def test_both_cards_are_released_and_a_changed_one_is_noticed(released: tuple[SmallAuthority, str]) -> None:
    made, run = released
    out = made.workspace / "releases" / f"{run}-shadow"
    for card in (out / "card.md", out / "beside" / "statutory_escalation" / "card.md"):
        text = card.read_text(encoding="utf-8")
        assert "How the list is ordered" in text and "Released" in text
    (out / "beside" / "statutory_escalation" / "card.md").write_text("changed")
    assert made.run("release", run, "--authority", made.authority).returncode == 5
