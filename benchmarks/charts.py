"""Bar charts as small SVG texts that read well on light and dark pages, and without colours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 720
LABEL_WIDTH = 150
VALUE_WIDTH = 110
BAR_HEIGHT = 22
BAR_GAP = 8
GROUP_GAP = 26
TOP = 46

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.group { font-weight: 600 }
.note { fill: #57606a }
.bar { fill: #8c959f }
.ours { fill: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .note { fill: #9198a1 }
  .bar { fill: #656c76 }
  .ours { fill: #4493f8 }
}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a label, a value, and whether it is ours."""

    label: str
    value: float
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that are compared with each other."""

    title: str
    bars: Sequence[Bar]


def bar_chart(title: str, groups: Sequence[Group], *, unit: str, note: str = "") -> str:
    """Groups of horizontal bars, each group on a scale of its own, with the values written at their ends.

    Bars of no value are left out. The same chart is the same text.
    """
    lines: list[str] = []
    y = TOP
    for group in groups:
        bars = [bar for bar in group.bars if math.isfinite(bar.value)]
        if not bars:
            continue
        lines.append(f'<text class="group" x="16" y="{y + 14}">{escape(group.title)}</text>')
        y += GROUP_GAP
        longest = max(bar.value for bar in bars) or 1.0
        for bar in bars:
            lines += _bar(bar, y, longest, unit)
            y += BAR_HEIGHT + BAR_GAP
        y += BAR_GAP
    if note:
        lines.append(f'<text class="note" x="16" y="{y + 10}">{escape(note)}</text>')
        y += GROUP_GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" '
        f'role="img" aria-label="{escape(title, {chr(34): "&quot;"})}">'
    )
    heading = f'<text class="title" x="16" y="28">{escape(title)}</text>'
    return "\n".join([head, f"<style>{STYLE}</style>", heading, *lines, "</svg>", ""])


def _bar(bar: Bar, y: int, longest: float, unit: str) -> list[str]:
    room = WIDTH - LABEL_WIDTH - VALUE_WIDTH - 32
    width = max(1.0, room * bar.value / longest)
    middle = y + BAR_HEIGHT / 2 + 5
    kind = "ours" if bar.ours else "bar"
    return [
        f'<text x="{LABEL_WIDTH}" y="{middle:.0f}" text-anchor="end">{escape(bar.label)}</text>',
        f'<rect class="{kind}" x="{LABEL_WIDTH + 10}" y="{y}" width="{width:.1f}" height="{BAR_HEIGHT}" rx="3"/>',
        f'<text x="{LABEL_WIDTH + 18 + width:.1f}" y="{middle:.0f}">{escape(said(bar.value))} {escape(unit)}</text>',
    ]


def said(value: float) -> str:
    """A value as it is written at its bar."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
