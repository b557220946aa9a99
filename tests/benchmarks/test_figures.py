"""From answers to figures: percentiles, medians of rounds, ratios within a round."""

import math
from array import array
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.figures import Figures, Round, cheaper, paired, percentile, round_of
from benchmarks.load import NO_ANSWER, Outcome
from benchmarks.usage import Usage

NUMBERS = st.lists(st.floats(0, 1e6), min_size=1, max_size=200)


def a_round(rate: float, *, p50_ms: float = 1.0, p99_ms: float = 2.0, cpu_s: float = 1.0) -> Round:
    return Round(
        done=int(rate * 10),
        seconds=10,
        p50_ms=p50_ms,
        p99_ms=p99_ms,
        cpu_s=cpu_s,
        server_cpu_s=0.5,
        postgres_cpu_s=0.5,
        peak_rss=5_000_000,
    )


def of_rates(*rates: float) -> Figures:
    return Figures("one", "a/s", rounds=[a_round(rate) for rate in rates])


@given(NUMBERS, st.floats(1, 100))
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(
    values: list[float], percent: float
) -> None:
    found = percentile(values, percent)
    assert found in values
    share = percent / 100 * len(values)
    assert sum(value <= found for value in values) >= share - 1e-9
    assert sum(value < found for value in values) < share


def test_known_percentiles() -> None:
    hundred = [float(number) for number in range(100, 0, -1)]
    assert percentile(hundred, 50) == 50
    assert percentile(hundred, 99) == 99
    assert percentile(hundred, 100) == 100
    assert math.isnan(percentile([], 50))


def test_only_successes_count_and_only_the_dishonest_are_errors() -> None:
    outcome = Outcome(
        seconds=2.0,
        statuses=array("H", [201, 201, 409, 503, 500, NO_ANSWER]),
        latencies_ms=array("d", [10, 30, 1, 1, 1, 1]),
    )
    usage = Usage(server_cpu_s=3.0, postgres_cpu_s=1.0, peak_rss=7)
    measured = round_of(outcome, usage, good=frozenset({201}), honest=frozenset({409, 503}))
    assert (measured.done, measured.rate, measured.errors) == (2, 1.0, 2)
    assert (measured.p50_ms, measured.p99_ms) == (10, 30)
    assert measured.cpu_s_per_thousand == 2000
    assert measured.answers == Counter({201: 2, 409: 1, 503: 1, 500: 1, NO_ANSWER: 1})


def test_figures_are_the_medians_of_rounds() -> None:
    figures = Figures(
        "ours",
        "bookings/s",
        rounds=[a_round(100, p99_ms=9), a_round(300, p99_ms=7), a_round(200, p99_ms=50)],
    )
    assert (figures.rate, figures.p99_ms, figures.peak_rss_mb) == (200, 9, 5)
    assert figures.as_json()["rates_of_rounds"] == [100, 300, 200]


def test_what_was_not_measured_is_left_out_of_the_file() -> None:
    nothing = Figures("ours", "bookings/s", rounds=[a_round(0, p50_ms=math.nan, p99_ms=math.nan)])
    assert "p50_ms" not in nothing.as_json()
    assert "cpu_s_per_thousand" not in nothing.as_json()


def test_a_slow_minute_that_hits_both_does_not_change_their_ratio() -> None:
    assert paired(of_rates(200, 20, 400), of_rates(100, 10, 200)) == 2.0
    assert paired(of_rates(100, 300, 200), of_rates(100, 100, 100)) == 2.0


def test_what_costs_less_processor_time_is_cheaper_however_fast_it_was() -> None:
    ours = Figures("ours", "a/s", rounds=[a_round(100, cpu_s=1), a_round(10, cpu_s=0.1)])
    theirs = Figures("theirs", "a/s", rounds=[a_round(50, cpu_s=2), a_round(50, cpu_s=2)])
    assert cheaper(ours, theirs) == pytest.approx(4)
    assert cheaper(theirs, ours) == pytest.approx(0.25)
    assert math.isnan(cheaper(ours, Figures("none", "a/s", rounds=[a_round(0), a_round(0)])))


def test_rounds_of_different_number_are_not_compared() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired(of_rates(1, 2), of_rates(1))
