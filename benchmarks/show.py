"""From accepted results to what people see: the charts beside them, and the section in both READMEs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import results as files
from benchmarks.charts import Bar, Group, bar_chart

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- speed: written by `make bench` -->", "<!-- end of speed -->"

Json = dict[str, Any]  # a results file

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "pgbench": "PostgreSQL alone",
        "statement": "in one statement",
        "plain": "tutorial",
        "ours": "Last Metre",
        "booking": "Bookings a second",
        "spread": "10,000 slots",
        "hot": "one hot slot",
        "how": "{clients} clients, every booking on the disk",
        "rush": "The eight o'clock rush",
        "decided": "requests decided a second",
        "times": "times the load",
        "cores": "cores",
        "load": "load of others before",
        "what": "what",
        "measured": "measured",
    },
    "zh": {
        "pgbench": "仅 PostgreSQL",
        "statement": "仅一条语句",
        "plain": "教程写法",
        "ours": "最后一米",
        "booking": "每秒预约数",
        "spread": "一万个时段",
        "hot": "一个热门时段",
        "how": "{clients} 个客户端，每笔预约都已落盘",
        "rush": "早八点抢约",
        "decided": "每秒办结的请求",
        "times": "倍负载",
        "cores": "核",
        "load": "运行前的其他负载",
        "what": "项目",
        "measured": "实测",
    },
}

ROWS: Sequence[tuple[str, str, str, str]] = (
    ("spread_vs_plain", "booking over 10,000 slots, against the tutorial", "分散预约，比教程写法", "×"),
    ("spread_vs_pgbench", "the same, against PostgreSQL alone", "分散预约，比仅 PostgreSQL", "×"),
    (
        "spread_vs_statement",
        "the same, against PostgreSQL alone in one statement",
        "分散预约，比仅 PostgreSQL 的一条语句",
        "×",
    ),
    ("hot_vs_plain", "one hot slot, against the tutorial", "热门时段，比教程写法", "×"),
    ("hot_vs_pgbench", "the same, against PostgreSQL alone", "热门时段，比仅 PostgreSQL", "×"),
    (
        "hot_vs_statement",
        "the same, against PostgreSQL alone in one statement",
        "热门时段，比仅 PostgreSQL 的一条语句",
        "×",
    ),
    (
        "spread_cpu_vs_plain",
        "processor time of a booking, the tutorial's against ours",
        "一笔预约的处理器时间，教程写法比我们",
        "×",
    ),
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


def booking_chart(report: Json, language: str) -> str:
    """Bookings a second, by each system."""
    words = WORDS[language]
    groups = [
        Group(
            words[name],
            [
                Bar(words[each["system"]], each["rate"], ours=each["system"] == "ours")
                for each in report["workloads"][name]["systems"]
            ],
        )
        for name in ("spread", "hot")
    ]
    how = words["how"].format(clients=report["options"]["clients"])
    return bar_chart(words["booking"], groups, unit="/s", note=f"{how} · {when_and_where(report, language)}")


def rush_chart(report: Json, language: str) -> str:
    """Requests decided a second as the rush grows."""
    words = WORDS[language]
    systems = report["workloads"]["rush"]["systems"]
    bars = [Bar(f"{each['system'].split()[0]} {words['times']}", each["rate"], ours=True) for each in systems]
    note = when_and_where(report, language)
    return bar_chart(words["rush"], [Group(words["decided"], bars)], unit="/s", note=note)


CHARTS = {"booking": booking_chart, "rush": rush_chart}


def when_and_where(report: Json, language: str = "en") -> str:
    """Date and machine, in a few words."""
    machine = report["machine"]
    return f"{report['date'][:10]}, {machine['cores']} {WORDS[language]['cores']}, {machine['cpu']}"


def draw(report: Json) -> dict[str, str]:
    """The charts by their file names."""
    return {
        chart_file(name, language): make(report, language)
        for name, make in CHARTS.items()
        for language in WORDS
    }


def chart_file(name: str, language: str) -> str:
    """The file of a chart."""
    return f"{name}.svg" if language == "en" else f"{name}.{language}.svg"


def section(report: Json, language: str) -> str:
    """The section that the README shows, between its marks."""
    words, index = WORDS[language], 1 if language == "en" else 2
    ratios: Mapping[str, float] = report["ratios"]
    machine = report["machine"]
    pictures = [f"![{words[name]}](benchmarks/results/{chart_file(name, language)})" for name in CHARTS]
    where = (
        f"{when_and_where(report, language)}, Python {machine['python']}, PostgreSQL {machine['postgres']}; "
        f"{words['load']}: {machine['load_before'][0]:.1f}."
    )
    lines = [
        f"| {words['what']} | {words['measured']} |",
        "| --- | --- |",
        *(f"| {row[index]} | {ratios[row[0]]:.3g}{row[3]} |" for row in ROWS if row[0] in ratios),
    ]
    return "\n".join([BEGIN, "", *pictures, "", where, "", *lines, "", END])


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
