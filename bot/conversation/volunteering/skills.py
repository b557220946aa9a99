"""What volunteers can do: the skills that they are asked about, and how each is called."""

from bot.texts import Words

SKILLS = (
    *("first_aid", "driving", "cooking", "food_handling", "haircut", "repair", "tutoring", "digital"),
    *("care", "nursing", "psychology", "law", "calligraphy", "music", "photography", "sign_language"),
)
"""What volunteers are asked whether they can do. Any other word that a point uses is as good; it is only not asked for."""


def skill_name(_: Words, skill: str) -> str:  # noqa: C901, PLR0911, PLR0912  # one short case a skill
    """A skill as people call it; one that is newer than this bot by its own word."""
    match skill:
        case "first_aid":
            return _("First aid")
        case "driving":
            return _("Driving")
        case "cooking":
            return _("Cooking")
        case "food_handling":
            return _("Handling food (health certificate)")
        case "haircut":
            return _("Cutting hair")
        case "repair":
            return _("Repairing things")
        case "tutoring":
            return _("Helping with homework")
        case "digital":
            return _("Phones and computers")
        case "care":
            return _("Caring for elders")
        case "nursing":
            return _("Nursing")
        case "psychology":
            return _("Psychological counselling")
        case "law":
            return _("Law")
        case "calligraphy":
            return _("Calligraphy")
        case "music":
            return _("Music")
        case "photography":
            return _("Photography")
        case "sign_language":
            return _("Sign language")
        case _:
            return skill.replace("_", " ")
