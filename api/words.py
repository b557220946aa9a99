"""What is said to people, in both languages side by side."""

from dataclasses import dataclass

from models.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Words:
    """What is said to people."""

    zh: str
    en: str

    def in_language(self, language: Language) -> str:
        """The words in one language."""
        return self.zh if language is Language.zh else self.en
