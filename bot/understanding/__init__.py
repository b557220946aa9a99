"""Understanding free text, in Chinese and English, without any other service: `docs/UNDERSTANDING.md`."""

from bot.understanding.lexicon import find_categories
from bot.understanding.meaning import Intent, Meaning, Place
from bot.understanding.places import find_places
from bot.understanding.reading import understand
from bot.understanding.resemblance import weighed
from bot.understanding.typos import mended

__all__ = ["Intent", "Meaning", "Place", "get_ready", "understand"]


def get_ready() -> None:
    """Read the words, which takes most of a second, so that no sentence has to wait for it."""
    find_categories("")
    find_places("")
    mended("字 wrods")
    weighed("字", Intent.unknown)
