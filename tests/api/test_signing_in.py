"""Credentials: tokens that are ours and hold, the bot's service key, and nothing else."""

import hashlib
import hmac
from datetime import timedelta

import pytest
from itsdangerous import Signer
from sqlalchemy import text

from api.tokens import LIFETIME, SALT
from models.database import transaction
from models.ids import new_id
from scheduling import accounts
from scheduling.accounts import NewAccount
from scheduling.actors import SYSTEM, Actor
from scheduling.signing_in import LOCKED_FOR, MOST_FAILED_SIGN_INS
from tests.api.calling import MINT, Caller, problem_of
from tests.world import DISTRICT, NOW


def said(person_id: object, epoch: object = 0, ends: object = int((NOW + LIFETIME).timestamp())) -> str:
    """What a token says."""
    return f"{person_id}.{epoch}.{ends}"


def signed(text: str, key: bytes = MINT.key, salt: bytes = SALT) -> str:
    """A token that is truly ours."""
    derived = hmac.digest(key, salt, "sha256")
    return Signer(derived, digest_method=hashlib.sha256, key_derivation="none").sign(text).decode()


async def test_a_token_holds_for_its_lifetime(api: Caller, person: Actor) -> None:
    token = api.token(person)
    assert token == signed(said(person.person_id))
    api.now = NOW + LIFETIME - timedelta(seconds=1)
    assert (await api.get("/v1/me", token)).status_code == 200
    api.now = NOW + LIFETIME
    problem_of(await api.get("/v1/me", token), 401, "sign-in-required")


async def test_forged_tokens_are_nobody(api: Caller, person: Actor) -> None:
    honest = api.token(person)
    me = person.person_id
    other = said((await api.world.person()).person_id)
    *_, signature = honest.split(".")
    forged = [
        "",
        "nonsense",
        "a.b.c",
        said(me),
        signed(said(me), key=b"x" * 32),
        signed(said(me), salt=b"another use of the key"),
        f"{other}.{signature}",
        f"{said(me)}.",
        f"{said(me)}.{signature[::-1]}",
        signed(str(me)),
        signed(f"{said(me)}.more"),
        signed(said("nobody")),
        signed(said(me, epoch="first")),
        signed(said(me, epoch=1)),
        signed(said(me, ends="tomorrow")),
        signed(said(new_id())),
        honest + "\xe9",
    ]
    for token in forged:
        answer = await api.http.get("/v1/me", headers={b"authorization": f"Bearer {token}".encode("latin-1")})
        problem_of(answer, 401, "sign-in-required")
        assert answer.headers["www-authenticate"] == "Bearer", token


@pytest.mark.parametrize("scheme", ["", "Basic ", "bearer", "Token "])
async def test_only_bearer_tokens_are_read(api: Caller, person: Actor, scheme: str) -> None:
    answer = await api.get("/v1/me", headers={"authorization": f"{scheme}{api.token(person)}"})
    problem_of(answer, 401, "sign-in-required")
    answer = await api.get("/v1/me", headers={"authorization": f"bEaReR {api.token(person)}"})
    assert answer.status_code == 200, "but the scheme in any letters"


async def test_signing_out_everywhere_ends_every_token(api: Caller, person: Actor) -> None:
    token = api.token(person)
    revoked = await api.post("/v1/auth/revoke", token)
    assert (revoked.status_code, revoked.content) == (204, b"")
    problem_of(await api.get("/v1/me", token), 401, "sign-in-required")
    problem_of(
        await api.post("/v1/bookings", token, json={"slot_id": str(new_id())}), 401, "sign-in-required"
    )


async def test_the_bot_signs_chat_users_in(api: Caller) -> None:
    who = {"channel": "telegram", "user_id": "1001", "name": "李明", "language": "en"}
    first = (await api.post("/v1/auth/chat", "service", json=who)).json()
    assert (first["token_type"], first["expires_in"]) == ("bearer", 43_200)
    me = (await api.get("/v1/me", first["access_token"])).json()
    assert (me["id"], me["name"], me["language"]) == (first["person_id"], "李明", "en")
    again = (await api.post("/v1/auth/chat", "service", json=who)).json()
    assert again["person_id"] == first["person_id"]
    problem_of(await api.post("/v1/auth/chat", json=who), 401, "sign-in-required")
    problem_of(await api.post("/v1/auth/chat", first["access_token"], json=who), 403, "forbidden")
    problem_of(await api.post("/v1/auth/chat", "another key", json=who), 401, "sign-in-required")


async def test_where_nobody_imported_a_district_nobody_can_be_registered(api: Caller) -> None:
    async with transaction(api.world.database) as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))  # the ledger refuses it
        await session.execute(text("TRUNCATE division CASCADE"))
    who = {"channel": "telegram", "user_id": "1001"}
    problem_of(await api.post("/v1/auth/chat", "service", json=who), 404, "not-found")
    problem_of(await api.get("/v1/health/ready"), 404, "not-found")
    assert (await api.get("/v1/health/live")).status_code == 200


@pytest.fixture
async def staff(api: Caller) -> Actor:
    """Somebody with the sign-in "wang" and the password "right"."""
    person = await api.world.person("王站长")
    account = NewAccount("wang", "right", person.require_person(), DISTRICT)
    async with transaction(api.world.database) as session:
        await accounts.open_accounts(session, actor=SYSTEM, accounts=[account], now=NOW)
    return person


async def test_staff_sign_in_by_form(api: Caller, staff: Actor) -> None:
    form = {"username": "wang", "password": "right"}
    token = (await api.post("/v1/auth/token", data=form)).json()
    assert token["person_id"] == str(staff.person_id)
    assert (await api.get("/v1/me", token["access_token"])).json()["name"] == "王站长"
    for wrong in ({"password": "wrong"}, {"username": "nobody"}):
        problem_of(await api.post("/v1/auth/token", data={**form, **wrong}), 401, "sign-in-failed")


async def test_a_failed_sign_in_is_counted_although_it_is_refused(api: Caller, staff: Actor) -> None:
    form = {"username": "wang", "password": "wrong"}
    for _ in range(MOST_FAILED_SIGN_INS):
        problem_of(await api.post("/v1/auth/token", data=form), 401, "sign-in-failed")
    refused = await api.post("/v1/auth/token", data={**form, "password": "right"})
    body = problem_of(refused, 429, "too-many-sign-ins")
    wait = int(refused.headers["retry-after"])
    assert wait == body["retry_after_s"] == int(LOCKED_FOR.total_seconds()) + 1
    api.now = NOW + timedelta(seconds=wait)
    assert (await api.post("/v1/auth/token", data={**form, "password": "right"})).status_code == 200
