"""The charts and the READMEs' section."""

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import results as files
from benchmarks.charts import WIDTH, Bar, Group, bar_chart
from benchmarks.show import BEGIN, END, ROOT, ROWS, NoPlaceError, draw, put_between, section

SVG = "{http://www.w3.org/2000/svg}"


def bars(svg: str) -> list[float]:
    return [float(each.attrib["width"]) for each in ElementTree.fromstring(svg).iter(f"{SVG}rect")]  # noqa: S314 # our own


def test_bars_are_as_long_as_their_values_within_their_group() -> None:
    groups = [
        Group("one", [Bar("a", 10), Bar("b", 20, ours=True)]),
        Group("two", [Bar("a", 1000), Bar("b", 500)]),
    ]
    one, two, three, four = bars(bar_chart("t", groups, unit="/s"))
    assert two == pytest.approx(2 * one, rel=0.01)
    assert two == three == 2 * four


@given(
    st.lists(
        st.tuples(st.text(max_size=20).filter(str.isprintable), st.floats(0, 1e9)), min_size=1, max_size=6
    )
)
def test_any_chart_is_well_formed_and_stays_inside_its_frame(values: list[tuple[str, float]]) -> None:
    svg = bar_chart("t<&>\"'", [Group("g", [Bar(*each) for each in values])], unit="/s", note="<n>")
    assert all(1 <= width <= WIDTH - 16 for width in bars(svg))


def test_what_was_not_measured_has_no_bar() -> None:
    assert bars(bar_chart("t", [Group("g", [Bar("a", math.nan)])], unit="/s")) == []


def test_charts_have_colours_for_dark_pages() -> None:
    assert "prefers-color-scheme: dark" in bar_chart("t", [], unit="/s")


def test_the_section_goes_between_its_marks_and_nothing_else_changes() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    once = put_between(text, f"{BEGIN}\nnew\n{END}")
    assert once == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    assert put_between(once, f"{BEGIN}\nnew\n{END}") == once
    with pytest.raises(NoPlaceError):
        put_between("no marks", "x")


@pytest.mark.parametrize(("name", "language"), [("README.md", "en"), ("README.zh-CN.md", "zh")])
def test_the_readmes_show_what_was_accepted(name: str, language: str) -> None:
    report = files.read(files.BASELINE)
    text = (ROOT / name).read_text(encoding="utf-8")
    assert section(report, language) in text
    charts = draw(report)
    assert {each: (files.FOLDER / each).read_text(encoding="utf-8") for each in charts} == charts


def test_what_was_accepted_has_every_ratio_that_is_promised() -> None:
    report = files.read(files.BASELINE)
    assert {row[0] for row in ROWS} <= report["ratios"].keys()
    assert report["broken"] == []
