"""Writes anew the examples that intents are weighed by: those of the sentences that may be looked at."""

from bot.understanding.reading import sketched
from bot.understanding.resemblance import EXAMPLES
from tests.bot.understanding.sentences import NOW, sentences


def examples() -> str:
    """The file, a line an example."""
    lines = {
        f"{sentence.expected['intent']}\t{sketched(sentence.text, NOW)}\n"
        for sentence in sentences()
        if not sentence.held_out
    }
    return "".join(sorted(lines))


if __name__ == "__main__":
    EXAMPLES.write_text(examples(), encoding="utf-8")
