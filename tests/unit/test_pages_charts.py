"""Charts of natural frequencies, net benefit and shares: what is drawn is what is said."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.pages.bar_charts import bars_chart
from prevention_model.pages.benefit_charts import benefit_chart
from prevention_model.pages.charts import Point
from prevention_model.pages.document import Chart
from prevention_model.pages.icon_charts import Part, icon_chart, shapes_of
from prevention_model.pages.line_charts import Line
from prevention_model.pages.words import about_of

THRESHOLDS = [0.05, 0.1, 0.2, 0.4]
EVERYBODY = [-0.02, -0.07, -0.2, -0.6]
MODEL = Line("This model", (0.02, 0.011, 0.004, 0.0005), "chosen")
RIVAL = Line("Count of indicators", (0.015, 0.006, None, None))


def icons(*shares: float, of: int = 1000) -> Chart:
    parts = [Part(f"part {place}", share) for place, share in enumerate(shares)]
    return icon_chart(parts, of=of, who="children", title="T")


def shapes(chart: Chart) -> int:
    """How many shapes stand in the drawing; those of the key stand in its legend."""
    return len(re.findall("<use ", chart.svg.split("legend_")[0]))


@pytest.mark.parametrize(("of", "shares"), [(20, (0.36, 0.64)), (1000, (0.008, 0.016, 0.014, 0.962))])
def test_as_many_shapes_are_drawn_as_there_are_people(of: int, shares: tuple[float, ...]) -> None:
    chart = icons(*shares, of=of)
    assert shapes(chart) == of
    assert [row[1] for row in chart.rows] == [f"{round(share * of)} of {of:,}" for share in shares]


def test_a_part_too_small_for_a_shape_is_said_and_never_called_nobody() -> None:
    chart = icons(0.0001, 0.9999)
    assert "fewer than 1" in chart.description and "more than 999" in chart.description
    assert shapes(chart) == 1000
    assert "part 0, 0" not in icons(0.0, 1.0).description


def test_each_part_has_a_shape_of_its_own_and_stands_in_the_key() -> None:
    chart = icons(0.1, 0.2, 0.3, 0.4)
    outlines = re.findall(r'<path id="[^"]+" d="([^"]+)"', chart.svg.split("legend_")[0])
    assert len(set(outlines)) == 4
    for place in range(4):
        assert f"part {place}" in re.sub(r"<desc.*?</desc>", "", chart.svg, flags=re.S)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=4).filter(any), st.sampled_from([20, 100, 1000]))
def test_shapes_add_up_and_each_part_has_its_own_to_within_one(counts: list[int], of: int) -> None:
    shares = [count / sum(counts) for count in counts]
    made = shapes_of(shares, of)
    assert sum(made) == of
    assert all(abs(count - share * of) < 1 for count, share in zip(made, shares, strict=True))


@given(st.integers(0, 1000))
def test_two_parts_are_drawn_as_the_text_beside_them_says(thousandths: int) -> None:
    share = thousandths / 1000
    if abs(share * 20 % 1 - 0.5) > 1e-9:  # exactly between two shapes either will do
        said = about_of(share).removeprefix("about ")
        assert icons(share, 1 - share, of=20).rows[0][1] == said


@pytest.mark.parametrize("shares", [(1.0,), (0.2, 0.2, 0.2, 0.2, 0.2)])
def test_one_part_or_five_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(WrongUsage, match="cannot be drawn"):
        icons(*shares)


def test_parts_that_are_not_everybody_are_refused() -> None:
    with pytest.raises(WrongUsage, match="do not add up to 1"):
        icons(0.3, 0.3)
    with pytest.raises(WrongUsage, match="not a share"):
        Part("x", 1.5)


def test_net_benefit_is_drawn_and_tabled_for_everybody_nobody_and_each_way() -> None:
    chart = benefit_chart(THRESHOLDS, [MODEL, RIVAL], EVERYBODY)
    assert chart.columns[2:] == ("This model", "Count of indicators", "Everybody", "Nobody")
    assert chart.rows[1] == ("10%", "9", "11.0", "6.0", "-70.0", "0.0")
    assert chart.rows[2] == ("20%", "4", "4.0", "c", "-200.0", "0.0")
    for label in chart.columns[2:]:
        assert label in chart.svg.split("legend_")[1]


def test_a_threshold_between_whole_per_cents_is_said_as_it_is() -> None:
    chart = benefit_chart([0.075, 0.1], [Line("This model", (0.01, 0.01), "chosen")], [0.0, -0.1])
    assert [row[0] for row in chart.rows] == ["7.5%", "10%"]


def test_lines_of_net_benefit_differ_in_stroke_or_mark_and_not_in_colour_alone() -> None:
    chart = benefit_chart(THRESHOLDS, [MODEL, RIVAL], EVERYBODY)
    key = chart.svg.split("legend_")[1]
    strokes = re.findall(r'<path d="[^"]+"[^>]*?(stroke-dasharray="[^"]+"|stroke-width="[^"]+")', key)
    marks = re.findall(r'href="#([^"]+)"', key)
    assert len(set(marks)) == 3, "nobody has a plain line"
    assert len(set(strokes)) >= 3


@pytest.mark.parametrize(
    ("thresholds", "lines", "said"),
    [
        ([], [MODEL], "nothing to draw"),
        (THRESHOLDS, [Line("x", (None,) * 4)], "nothing to draw"),
        ([0.1, 0.1, 0.2, 0.4], [MODEL], "lie between 0 and 1, and grow"),
        ([0.0, 0.1, 0.2, 0.4], [MODEL], "lie between 0 and 1, and grow"),
        (THRESHOLDS, [Line("x", (0.1,))], "has not 4 values"),
    ],
)
def test_a_net_benefit_that_cannot_be_drawn_is_refused(
    thresholds: list[float], lines: list[Line], said: str
) -> None:
    with pytest.raises(WrongUsage, match=said):
        benefit_chart(thresholds, lines, EVERYBODY)


def test_a_hidden_share_has_no_bar_and_is_c() -> None:
    words = {"title": "T", "quantity": "Share", "description": "D"}
    chart = bars_chart([Point("school", 0.42), Point("money", None)], **words)
    assert chart.rows == (("school", "42%"), ("money", "c"))
    assert ">42%<" in chart.svg and ">c<" in chart.svg
    with pytest.raises(WrongUsage, match="nothing to draw"):
        bars_chart([], **words)


def test_charts_speak_in_words_carry_no_style_and_are_the_same_each_time() -> None:
    def made() -> list[Chart]:
        return [
            icons(0.2, 0.8, of=20),
            benefit_chart(THRESHOLDS, [MODEL], EVERYBODY),
            bars_chart([Point("a", 0.2)], title="T", quantity="Q", description="D"),
        ]

    for chart in made():
        assert "<title" in chart.svg and "<desc" in chart.svg and 'role="img"' in chart.svg
        assert "style=" not in chart.svg and "<style" not in chart.svg
        assert "http" not in chart.svg.replace("http://www.w3.org/2000/svg", "")
    assert made() == made()
