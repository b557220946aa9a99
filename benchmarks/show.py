"""From accepted results to what people see: the charts beside them, and the section in both READMEs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import results as files
from benchmarks.charts import Bar, Group, bar_chart

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- speed: written by `make bench` -->", "<!-- end of speed -->"

Json = dict[str, Any]  # a results file

NAMES = {
    "en": {"pgbench": "PostgreSQL alone", "plain": "tutorial", "ours": "Last Metre", "bare": "bare route"},
    "zh": {"pgbench": "仅 PostgreSQL", "plain": "教程写法", "ours": "最后一米", "bare": "裸路由"},
}
BOOKING_TITLES = {"spread": "10,000 slots", "hot": "one hot slot"}

ROWS: Sequence[tuple[str, str, str, str]] = (
    ("spread_vs_plain", "booking over 10,000 slots, against the tutorial", "分散预约，比教程写法", "×"),
    ("spread_vs_pgbench", "the same, against PostgreSQL alone", "分散预约，比仅 PostgreSQL", "×"),
    ("hot_vs_plain", "one hot slot, against the tutorial", "热门时段，比教程写法", "×"),
    ("hot_vs_pgbench", "the same, against PostgreSQL alone", "热门时段，比仅 PostgreSQL", "×"),
    (
        "spread_p99_vs_plain_median",
        "our slowest hundredth, against the tutorial's median",
        "我们的 p99，比教程中位数",
        "×",
    ),
    (
        "search_vs_bare",
        "search near a place, against a bare route with the same SQL",
        "就近查询，比同 SQL 裸路由",
        "×",
    ),
    ("full_vs_empty", "with a history, against without one", "有历史数据，比无历史数据", "×"),
    ("rush_2x_p99_s", "the rush at twice the sustainable rate, slowest hundredth", "两倍负载抢约，p99", " s"),
    ("rush_tenfold", "decided a second at ten times the rate, against at once", "十倍负载吞吐，比一倍", "×"),
    ("chat_vs_calls", "a turn of the chat, against the API calls it makes", "一轮对话，比其接口调用", "×"),
)


def booking_chart(report: Json) -> str:
    """Bookings a second, by each system."""
    groups = [
        Group(
            title,
            [
                Bar(NAMES["en"][each["system"]], each["rate"], ours=each["system"] == "ours")
                for each in report["workloads"][name]["systems"]
            ],
        )
        for name, title in BOOKING_TITLES.items()
        if name in report["workloads"]
    ]
    clients, workers = report["options"]["clients"], report["options"]["workers"]
    note = f"{clients} clients, {workers} worker{'s' * (workers > 1)}, every booking on the disk. {when_and_where(report)}"
    return bar_chart("Bookings a second", groups, unit="/s", note=note)


def rush_chart(report: Json) -> str:
    """Requests decided a second, and the slowest hundredth, as the rush grows."""
    systems = report["workloads"]["rush"]["systems"]
    decided = Group(
        "decided a second", [Bar(f"{each['system']} the load", each["rate"], ours=True) for each in systems]
    )
    return bar_chart("The eight o'clock rush", [decided], unit="/s", note=when_and_where(report))


CHARTS = {"booking.svg": ("spread", booking_chart), "rush.svg": ("rush", rush_chart)}


def when_and_where(report: Json) -> str:
    """Date and machine, in a few words."""
    machine = report["machine"]
    return f"{report['date'][:10]}, {machine['cores']} cores, {machine['cpu']}"


def draw(report: Json) -> dict[str, str]:
    """The charts by their file names."""
    return {name: make(report) for name, (needed, make) in CHARTS.items() if needed in report["workloads"]}


def section(report: Json, language: str) -> str:
    """The section that the README shows, between its marks."""
    index = 1 if language == "en" else 2
    ratios: Mapping[str, float] = report["ratios"]
    machine = report["machine"]
    heads = {"en": ("what", "measured"), "zh": ("项目", "实测")}[language]
    lines = [
        f"| {heads[0]} | {heads[1]} |",
        "| --- | --- |",
        *(f"| {row[index]} | {ratios[row[0]]:.3g}{row[3]} |" for row in ROWS if row[0] in ratios),
    ]
    pictures = [f"![{title}](benchmarks/results/{name})" for name, title in _pictures(report, language)]
    load = {"en": "load of others before", "zh": "运行前的其他负载"}[language]
    where = (
        f"{report['date'][:10]}: {machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, "
        f"PostgreSQL {machine['postgres']}; {load}: {machine['load_before'][0]:.1f}."
    )
    return "\n".join([BEGIN, "", *pictures, "", where, "", *lines, "", END])


def _pictures(report: Json, language: str) -> list[tuple[str, str]]:
    titles = {
        "booking.svg": {"en": "Bookings a second", "zh": "每秒预约数"},
        "rush.svg": {"en": "The eight o'clock rush", "zh": "早八点抢约"},
    }
    return [(name, titles[name][language]) for name in draw(report)]


class NoPlaceError(ValueError):
    """A text without the two marks that the section goes between."""


def put_between(text: str, written: str, *, begin: str = BEGIN, end: str = END) -> str:
    """`text` with everything from the first mark to the last replaced. Raises NoPlaceError."""
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise NoPlaceError(begin)
    return before + written + after


def show(report: Json) -> None:
    """Draws the charts and writes the sections."""
    for name, svg in draw(report).items():
        (files.FOLDER / name).write_text(svg, encoding="utf-8")
    for name, language in (("README.md", "en"), ("README.zh-CN.md", "zh")):
        readme = ROOT / name
        text = readme.read_text(encoding="utf-8")
        readme.write_text(put_between(text, section(report, language)), encoding="utf-8")
