"""What this is, for whoever opens the address; and the switch of the language."""

from fastapi import APIRouter, Response

from models.vocabulary import Language
from web.visit import CurrentVisit, our_address

router = APIRouter()


@router.get("/")
async def landing(visit: CurrentVisit) -> Response:
    """The way to the chat, and the way in for people who work here."""
    return visit.page("landing.html")


@router.get("/manage/language/{language}")
async def speak(visit: CurrentVisit, language: Language, back: str = "/") -> Response:
    """Remembers the language that somebody chose, and goes back."""
    return visit.speaking(language, our_address(back))
