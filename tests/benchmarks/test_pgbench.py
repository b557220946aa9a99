"""What pgbench says."""

import pytest

from benchmarks.pgbench import PgbenchFailedError, Report, parse_log, parse_report

SAID = """pgbench (18.4)
transaction type: book.sql
scaling factor: 1
query mode: prepared
number of clients: 32
number of threads: 2
maximum number of tries: 1
duration: 5 s
number of transactions actually processed: 51293
number of failed transactions: 7 (0.014%)
latency average = 3.110 ms
initial connection time = 38.911 ms
tps = 10287.123456 (without initial connection time)
"""


def test_its_report_is_read() -> None:
    assert parse_report(SAID) == Report(transactions=51293, failed=7, tps=10287.123456)


def test_a_report_without_figures_is_refused() -> None:
    with pytest.raises(PgbenchFailedError, match="could not connect"):
        parse_report("pgbench: error: could not connect to server")


def test_its_log_has_latencies_in_microseconds_and_nothing_of_what_failed() -> None:
    log = "0 1 2412 0 1764223200 123456\n1 1 13000 0 1764223200 125456\n1 2 failed 0 1764223200 126456\n\n"
    assert parse_log(log) == [2.412, 13.0]
