"""Measured numbers in the words of Prometheus (docs/decisions/0020-measured-by-rows.md)."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from scheduling.measuring import Numbers
from scheduling.rules.kinds import Priority

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4


class _Measured(Collector):
    """One answer's numbers."""

    def __init__(self, numbers: Numbers, now: datetime) -> None:
        self._numbers = numbers
        self._now = now

    def collect(self) -> Iterable[Metric]:
        """All families."""
        yield from self._jobs()
        yield from self._notices()

    def _jobs(self) -> Iterator[Metric]:
        runs = CounterMetricFamily("lastmetre_job_runs", "Runs of a timed job.", labels=("job", "outcome"))
        changed = CounterMetricFamily("lastmetre_job_rows", "Rows that a timed job changed.", labels=("job",))
        seconds = SummaryMetricFamily(
            "lastmetre_job_duration_seconds", "How long runs of a timed job took.", labels=("job",)
        )
        last = GaugeMetricFamily(
            "lastmetre_job_last_duration_seconds", "How long the last run took.", labels=("job",)
        )
        succeeded = GaugeMetricFamily(
            "lastmetre_job_last_success_timestamp_seconds", "When a run last succeeded.", labels=("job",)
        )
        for run in self._numbers.jobs:
            runs.add_metric((run.name, "succeeded"), run.runs - run.failures)
            runs.add_metric((run.name, "failed"), run.failures)
            changed.add_metric((run.name,), run.changed)
            seconds.add_metric((run.name,), count_value=run.runs, sum_value=run.seconds)
            last.add_metric((run.name,), run.last_seconds)
            if run.succeeded_at is not None:
                succeeded.add_metric((run.name,), run.succeeded_at.timestamp())
        yield from (runs, changed, seconds, last, succeeded)

    def _notices(self) -> Iterator[Metric]:
        labels = ("channel", "priority")
        due = GaugeMetricFamily("lastmetre_notices_due", "Notices that could be sent now.", labels=labels)
        oldest = GaugeMetricFamily(
            "lastmetre_notices_oldest_due_seconds", "How long the first of them has been due.", labels=labels
        )
        for waiting in self._numbers.waiting:
            of = (str(waiting.channel), Priority(waiting.priority).name)
            due.add_metric(of, waiting.notices)
            oldest.add_metric(of, max(0.0, (self._now - waiting.since).total_seconds()))
        dead = GaugeMetricFamily("lastmetre_notices_dead", "Dead letters that nobody has sent again.")
        dead.add_metric((), self._numbers.dead_letters)
        yield from (due, oldest, dead)


def exposition(numbers: Numbers, now: datetime) -> bytes:
    """The numbers as text."""
    registry = CollectorRegistry()
    registry.register(_Measured(numbers, now))
    return generate_latest(registry)
