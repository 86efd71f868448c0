"""A feature set: to YAML and back, one hash for what it means, a table that people can read."""

from pathlib import Path

import pytest

from prevention_model.errors import WrongUsage
from prevention_model.features import (
    Declared,
    Derived,
    Feature,
    FeatureSet,
    Ratio,
    SinceReached,
    Trajectory,
    catalogue,
)
from prevention_model.query import Count, Lookback, Retention

LATE = Feature(
    "late_3m", Count("event", "late"), Lookback("3 months"), sentence="Late {times} in the last {window}"
)
MARKED = Feature("marked_3m", Count("event", ("marked", "seen")), Lookback("3 months", before="1 week"))
BY_NAME = Derived(
    "late_trajectory", Trajectory("late_3m"), sentence="Lateness {change} over the last {window}"
)
HELD = Derived("late_trajectory", Trajectory(LATE), sentence="Lateness {change} over the last {window}")


@pytest.mark.parametrize("feature", catalogue(), ids=lambda feature: feature.name)
def test_each_feature_of_the_catalogue_comes_back_from_yaml(feature: Declared, tmp_path: Path) -> None:
    alone = FeatureSet([feature])
    again = FeatureSet.read(alone.write(tmp_path / "one.yaml"))
    assert again == alone and again.hash == alone.hash


def test_the_whole_catalogue_comes_back_from_yaml(tmp_path: Path) -> None:
    path = catalogue().write(tmp_path / "catalogue.yaml")
    assert FeatureSet.read(path) == catalogue()
    assert [each.name for each in tmp_path.iterdir()] == ["catalogue.yaml"]


def test_what_is_in_the_set_is_named_and_what_is_not_is_declared_in_place(tmp_path: Path) -> None:
    made = FeatureSet([LATE, Derived("part", Ratio("late_3m", to=MARKED))])
    path = made.write(tmp_path / "made.yaml")
    assert (
        path.read_text(encoding="utf-8")
        == """\
- name: late_3m
  aggregate:
    count:
      table: event
      kind:
      - late
  lookback: 3 months
  scope: own
  polarity: context
  sentence: Late {times} in the last {window}
- name: part
  rule:
    ratio:
      of: late_3m
      to:
        name: marked_3m
        aggregate:
          count:
            table: event
            kind:
            - marked
            - seen
        lookback:
          length: 3 months
          before: 1 week
        scope: own
        theme: ''
        agency: ''
        polarity: context
        sentence: ''
        purpose: ''
        share_with: []
        sentence_none: ''
  polarity: context
"""
    )
    assert FeatureSet.read(path) == made


def test_a_name_and_the_feature_itself_mean_the_same() -> None:
    assert FeatureSet([BY_NAME, LATE]) == FeatureSet([HELD, LATE])
    assert FeatureSet([BY_NAME, LATE]).hash == FeatureSet([LATE, HELD]).hash


def test_every_word_of_a_rule_is_in_the_hash() -> None:
    rules = [
        Trajectory(LATE), Trajectory(LATE, every="1 month"), Trajectory(LATE, times=5), Trajectory(MARKED),
        SinceReached(LATE, at_least=1), SinceReached(LATE, at_least=2), Ratio(LATE, MARKED), Ratio(MARKED, LATE),
    ]  # fmt: skip
    assert len({FeatureSet([Derived("x", rule)]).hash for rule in rules}) == len(rules)
    assert SinceReached(LATE, at_least=2) == SinceReached(LATE, at_least=2.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {name: x, rule: slope}", "A rule is not declared as one known name with its arguments. Where: set.yaml. "
         "What to do: Write {ratio: {of: ..., to: ...}}; the names are ratio, difference, trajectory, since_reached."),
        ("- {name: x, rule: {ratio: {of: a, by: b}}}", "The rule ratio was given arguments it does not take. Where: "
         "set.yaml. What to do: It takes: of, to."),
        ("- {name: x, rule: {since_reached: {of: a}}}", "The rule since_reached lacks an argument. Where: set.yaml. "
         "What to do: It takes: of, at_least, every, times."),
        ("- {name: x, rule: {trajectory: {of: late_3n}}}\n"
         "- {name: late_3m, aggregate: {count: {table: event, kind: late}}, lookback: 3 months}",
         "The derived feature 'x' names 'late_3n', and no feature of the set is called so. Where: set.yaml. What to "
         "do: Did you mean late_3m? Otherwise add it to the set, or give the feature itself in place of its name."),
        ("- {name: x, rule: {trajectory: {of: late_3m}}, lookback: 3 months}",
         "The declaration of the feature 'x' is wrong: unknown key lookback. Where: set.yaml. What to do: A "
         "declaration may hold: name, rule, theme, agency, polarity, sentence, purpose, share_with, sentence_none."),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_in_words(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUsage) as error:
        FeatureSet.read(path)
    assert str(error.value) == says


def test_the_table_says_what_each_is_and_how_long_its_rows_are_kept() -> None:
    made = FeatureSet([LATE, MARKED, BY_NAME, Derived("part", Ratio("late_3m", to="marked_3m"))])
    table = made.table(Retention({"late": "6 years", "other": "1 year"}))
    assert table["feature"].tolist() == [each.name for each in made]
    assert table["says"].tolist()[2] == "Lateness {change} over the last 9 months"
    assert table["how"].tolist() == [
        "Count(event, late)", "Count(event, marked or seen)", "Trajectory(late_3m, 3 months, 4)",
        "Ratio(late_3m, marked_3m)",
    ]  # fmt: skip
    assert table["looks back"].tolist() == [
        "3 months", "3 months before the last 1 week".replace("1 ", ""), "3 months, at 4 dates 3 months apart",
        "3 months and 3 months before the last week",
    ]  # fmt: skip
    assert table["kept for"].tolist() == ["late: 6 years", "", "late: 6 years", "late: 6 years"]
    assert "<table" in made._repr_html_()


def test_it_prints_within_a_line_and_holds_every_name(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (80, 120, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        printed = str(catalogue())
        assert max(map(len, printed.splitlines())) <= columns
        joined = "".join(line.split("  ")[0].strip() for line in printed.splitlines())
        assert all(each.name in joined for each in catalogue())
    assert repr(catalogue()).startswith("<FeatureSet of ")
