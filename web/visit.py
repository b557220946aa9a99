"""One request from a browser: who it is, in which language, and the answers it can get."""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.dependencies import Now, Session, State, authenticated, person_only
from api.language import preferred
from models.shapes.base import local_day
from models.shapes.people import Token
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import SignInRequiredError
from web.seals import Said, Seals, Tone
from web.texts import clock, words

HOME = "/manage"
SIGNED_IN = "lastmetre_staff"
ANCHOR = "lastmetre_form"
LANGUAGE = "lastmetre_language"
SAID = "lastmetre_said"
YEAR_S = 365 * 24 * 3600
SAID_FOR_S = 60

SAFE_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""On every answer: nothing from outside, nothing inline, no frames."""

_OUR_ADDRESS = re.compile(r"/(?:manage(?:[/?][\w\-./?=&%+:]*)?)?", re.ASCII)

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"clock": clock, "local_day": local_day}


def our_address(address: str) -> str:
    """An address to return to, if it is one of these pages; else where staff begin. Never one of another site."""
    return address if _OUR_ADDRESS.fullmatch(address) else HOME


class FormRefusedError(Exception):
    """A form that we did not draw for this browser, or that lay too long: nothing was done."""


class Visit:
    """One request from a browser."""

    def __init__(self, request: Request, state: State, now: Now) -> None:
        self._request = request
        self._tokens = state.tokens
        self._seals = Seals.derived(state.tokens.key)
        self._now = now
        self.language = _language(request)
        self.words = words(self.language)

    @property
    def here(self) -> str:
        """The address to come back to: this one when it was looked at, else the page that a form was sent from."""
        url = self._request.url
        if self._request.method not in {"GET", "HEAD"}:
            url = url.replace(path=HOME, query="")
            sent_from = urlsplit(self._request.headers.get("referer", ""))
            if sent_from.netloc == url.netloc:
                url = url.replace(path=sent_from.path, query=sent_from.query)
        return our_address(f"{url.path}?{url.query}" if url.query else url.path)

    @property
    def looks(self) -> bool:
        """Whether the browser only looks, and changes nothing."""
        return self._request.method in {"GET", "HEAD"}

    @property
    def bearer(self) -> str:
        """The bearer token in the cookie, or nothing."""
        return self._request.cookies.get(SIGNED_IN, "")

    async def actor(self, session: Session) -> Actor:
        """Who is signed in, with the roles of this moment. Raises SignInRequiredError."""
        if not self.bearer:
            raise SignInRequiredError
        identity = self._tokens.read(self.bearer, now=self._now)
        return person_only(await authenticated(session, identity))

    def require_own_form(self, form: str, *, signing_in: bool = False) -> None:
        """Refuses what another site sent with this browser's cookies. Raises FormRefusedError.

        Browsers say where a request comes from, and the form must carry the seal that belongs to the cookie.
        """
        headers = self._request.headers
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            ours = site in {"same-origin", "none"}
        else:
            ours = origin is None or urlsplit(origin).netloc == headers.get("host")
        anchor = self._request.cookies.get(ANCHOR, "") if signing_in else self.bearer
        if not (ours and self._seals.drew(form, anchor)):
            raise FormRefusedError

    def page(self, template: str, /, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page, with the line that the page before left to be said."""
        said = self._seals.open(self._request.cookies.get(SAID, ""))
        html = _templates.get_template(template).render(
            _=self.words,
            plural=self.words.plural,
            language=self.language,
            here=self.here,
            said=said,
            signed_in=bool(self.bearer),
            form=self._seals.form(self.bearer),
            day_of=self.words.day,
            **values,
        )
        response = HTMLResponse(html, status)
        response.headers.update(SAFE_HEADERS)
        response.headers["Cache-Control"] = "no-store"
        if said is not None:
            response.delete_cookie(SAID, path=HOME)
        return response

    def sign_in_page(
        self, *, status: int = 200, username: str = "", to: str, trouble: str = ""
    ) -> HTMLResponse:
        """The form to sign in, anchored to a cookie of its own since nobody is signed in yet."""
        anchor = self._request.cookies.get(ANCHOR) or secrets.token_urlsafe(32)
        seal = self._seals.form(anchor)
        response = self.page(
            "sign_in.html",
            status=status,
            username=username,
            to=our_address(to),
            trouble=trouble,
            sign_in_form=seal,
        )
        self._keep(response, ANCHOR, anchor, path=HOME)
        return response

    def go(self, address: str, said: str = "", tone: Tone = "good") -> RedirectResponse:
        """Sends the browser on to another page, which says one line first."""
        response = RedirectResponse(address, 303)
        if said:
            self._keep(response, SAID, self._seals.close(Said(said, tone)), path=HOME, max_age=SAID_FOR_S)
        return response

    def signed_in(self, token: Token, to: str) -> RedirectResponse:
        """Sends the browser on, signed in for as long as the token holds."""
        response = self.go(to)
        self._keep(response, SIGNED_IN, token.access_token, path=HOME, max_age=token.expires_in)
        return response

    def signed_out(self, to: str, said: str) -> RedirectResponse:
        """Sends the browser on, without its token."""
        response = self.go(to, said)
        response.delete_cookie(SIGNED_IN, path=HOME)
        return response

    def speaking(self, language: Language, to: str) -> RedirectResponse:
        """Sends the browser on, in another language from now on."""
        response = self.go(to)
        self._keep(response, LANGUAGE, language.value, path="/", max_age=YEAR_S)
        return response

    def _keep(
        self, response: Response, name: str, value: str, *, path: str, max_age: int | None = None
    ) -> None:
        secure = self._request.url.scheme == "https"
        response.set_cookie(
            name, value, max_age=max_age, path=path, secure=secure, httponly=True, samesite="lax"
        )


def _language(request: Request) -> Language:
    chosen = request.cookies.get(LANGUAGE)
    if chosen in set(Language):
        return Language(chosen)
    return preferred(request.headers.get("accept-language"))


CurrentVisit = Annotated[Visit, Depends()]


async def signed_in(visit: CurrentVisit, session: Session) -> Actor:
    """Who is signed in. Raises SignInRequiredError."""
    return await visit.actor(session)


SignedIn = Annotated[Actor, Depends(signed_in)]


async def sender(visit: CurrentVisit, actor: SignedIn, form: Annotated[str, Form()] = "") -> Actor:
    """Who is signed in and sent a form of ours. Raises SignInRequiredError, FormRefusedError."""
    visit.require_own_form(form)
    return actor


Sender = Annotated[Actor, Depends(sender)]
