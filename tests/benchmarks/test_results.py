"""What counts as a regression."""

import math
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from benchmarks import results as files
from benchmarks.bench import Options, Result
from benchmarks.results import ALLOWED, SMALLER_IS_BETTER, document, promises_broken, ratios_of, regressions
from benchmarks.table import number, table
from tests.benchmarks.test_figures import of_rates

RATIOS = st.dictionaries(
    st.sampled_from(["spread_vs_plain", "hot_vs_pgbench", *sorted(SMALLER_IS_BETTER)]),
    st.floats(0.001, 1000),
)


def test_a_fifth_worse_is_let_pass_and_more_is_not() -> None:
    accepted = {"spread_vs_plain": 10.0}
    assert regressions({"spread_vs_plain": 8.01}, accepted) == []
    assert [each.name for each in regressions({"spread_vs_plain": 7.99}, accepted)] == ["spread_vs_plain"]


def test_of_latencies_the_smaller_is_the_better() -> None:
    accepted = {"chat_vs_calls": 1.0}
    assert regressions({"chat_vs_calls": 1.19}, accepted) == []
    (found,) = regressions({"chat_vs_calls": 1.21}, accepted)
    assert str(found) == "chat_vs_calls: 1.21, accepted was 1"


def test_seconds_are_held_against_what_is_promised_and_not_against_another_machine() -> None:
    assert regressions({"rush_2x_p99_s": 1.9}, {"rush_2x_p99_s": 0.1}) == []
    assert promises_broken({"rush_2x_p99_s": 1.9}) == []
    assert promises_broken({"rush_2x_p99_s": 2.5}) == ["rush_2x_p99_s: 2.5, promised is 2"]
    assert promises_broken({}) == []


@given(RATIOS)
def test_the_same_again_is_no_regression_and_half_as_good_is_one_in_each(accepted: dict[str, float]) -> None:
    assert regressions(accepted, accepted) == []
    half = {name: value * (2 if name in SMALLER_IS_BETTER else 0.5) for name, value in accepted.items()}
    assert [each.name for each in regressions(half, accepted)] == sorted(accepted)
    better = {name: value * (0.5 if name in SMALLER_IS_BETTER else 2) for name, value in accepted.items()}
    assert regressions(better, accepted) == []


def test_what_cannot_be_measured_any_more_is_a_regression_and_what_is_new_is_none() -> None:
    assert [each.name for each in regressions({}, {"hot_vs_plain": 3.0})] == ["hot_vs_plain"]
    assert regressions({"hot_vs_plain": 3.0}, {}) == []


def test_a_report_has_the_ratios_and_what_did_not_hold(tmp_path: Path) -> None:
    figures = of_rates(10, 20)
    figures.broken.append("nothing is overbooked: 3 rows")
    result = Result("spread", "book", [figures], {"spread_vs_plain": 4.00004, "spread_vs_pgbench": math.nan})
    machine = {"cpu": "x", "cores": 2, "python": "3.11", "postgres": "18", "load_before": [0]}
    report = document([result], options=Options(), machine=machine, footprint={}, seconds=12.3)
    assert report["ratios"] == {"spread_vs_plain": 4.0}
    assert ratios_of([result]) == report["ratios"]
    assert report["broken"] == ["one: nothing is overbooked: 3 rows"]
    files.write(tmp_path / "made" / "latest.json", report)
    assert files.read(tmp_path / "made" / "latest.json") == report
    assert files.read(tmp_path / "none.json") == {}


def test_the_allowance_is_a_fifth() -> None:
    assert ALLOWED == 0.2


def test_the_table_lines_up_and_says_what_is_broken() -> None:
    good, bad = of_rates(1234.5), of_rates(2)
    bad.broken.append("x")
    text = table([Result("spread", "book over slots", [good, bad])])
    lines = text.splitlines()
    assert lines[1] == "book over slots"
    assert "1,234" in lines[2]
    assert lines[2].endswith("hold")
    assert lines[3].endswith("BROKEN")
    assert lines[2].index("hold") == lines[3].index("BROKEN")


def test_numbers_have_about_three_figures() -> None:
    assert [number(value) for value in (12345.6, 99.94, 1.234, math.nan)] == ["12,346", "99.9", "1.23", ""]
