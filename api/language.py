"""Which of the two languages a caller reads."""

from models.vocabulary import Language


def preferred(accept_language: str | None) -> Language:
    """The first of our languages in an Accept-Language header by its weights; Chinese when it names none."""
    if not accept_language:
        return Language.zh
    choices: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept_language.split(",")):
        tag, _, parameters = part.strip().partition(";")
        language = tag.lower().partition("-")[0]
        try:
            weight = float(parameters.partition("q=")[2] or 1)
        except ValueError:
            weight = 0
        if language in {"zh", "en"} and weight > 0:
            choices.append((-weight, place, Language.zh if language == "zh" else Language.en))
    return min(choices)[2] if choices else Language.zh
