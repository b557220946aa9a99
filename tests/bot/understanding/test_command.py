"""`lastmetre understand`, as whoever runs it has it."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from lastmetre.cli import app
from tests.bot.understanding.sentences import KEYS

SAMPLE = Path(__file__).with_name("sample.jsonl").read_text(encoding="utf-8").splitlines()


def run(said: bytes, *options: str) -> Result:
    return CliRunner().invoke(app, ["understand", *options], input=said)


def test_a_line_in_is_a_line_out() -> None:
    lines = [json.loads(line) for line in SAMPLE]
    done = run("\n".join(line["text"] for line in lines).encode(), "--now", "2026-11-23T09:00+08:00")
    assert done.exit_code == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers == [{key: line[key] for key in KEYS} for line in lines]
    assert [list(answer) for answer in answers] == [list(KEYS)] * len(lines)


def test_chinese_is_not_written_in_escapes() -> None:
    assert '"东山街道"' in run("东山街道的理发\n".encode()).stdout


def test_no_line_is_lost() -> None:
    done = run(b"\n\xff\xfe qwxz \x00\r\n" + "明天理发\r\n".encode(), "--now", "2026-11-23T09:00")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["intent"] for answer in answers] == ["unknown", "unknown", "book"]
    assert answers[2]["date"] == "2026-11-24"


def test_the_moment_is_that_of_the_district() -> None:
    """Where it is still Sunday evening, the district's Monday has begun."""
    done = run("今天理发\n".encode(), "--now", "2026-11-22T20:00-05:00")
    assert json.loads(done.stdout)["date"] == "2026-11-23"


def test_a_moment_that_is_none_is_told() -> None:
    done = run(b"", "--now", "tomorrow")
    assert done.exit_code != 0
    assert "2026-11-23T09:00+08:00" in done.output
