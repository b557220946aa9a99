"""Understanding free text, in Chinese and English, without any other service: `docs/UNDERSTANDING.md`."""

from bot.understanding.meaning import Intent, Meaning, Place
from bot.understanding.reading import understand

__all__ = ["Intent", "Meaning", "Place", "understand"]
