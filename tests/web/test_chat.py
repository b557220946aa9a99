"""Going on in the chat: the code that the pages show."""

import re
from dataclasses import replace

from sqlmodel import col

from api.state import ApiState
from models.shapes.identity import LinkOrder
from models.tables import LinkCode, Person
from models.vocabulary import Channel
from scheduling.actors import Actor
from scheduling.identity import linking
from tests.rostering import run
from tests.scheduling.acting import stored
from tests.web.office import Desk, Drawn, Office
from tests.world import NOW, World


def code_on(page: Drawn) -> str:
    """The code that a page shows."""
    (found,) = re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", page.text)
    return str(found)


async def ask(desk: Desk) -> Drawn:
    """Asks for a code, and reads the page that is answered."""
    answer = await desk.press(await desk.see("/manage/chat"), "/manage/chat")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return Drawn(answer.text)


async def test_the_code_makes_the_chat_the_managers(liu: Desk, world: World) -> None:
    page = await liu.see("/manage/chat")
    assert "聊天里就认得您是liu师傅" in page.text
    made = await ask(liu)
    code = code_on(made)
    assert "09:10 前有效，只能用一次" in made.text
    assert f"/chat?start=link_{code.replace('-', '')}" in made.links()
    assert not any("t.me" in link for link in made.links())
    assert "svg" in {tag for tag, _ in made.tags}
    wanted = LinkOrder(channel=Channel.web, user_id="browser", code=code, confirmed=True)
    linked = await run(world, linking.link, actor=Actor(service=True), wanted=wanted, parts=(), now=NOW)
    assert linked is not None
    (manager,) = await stored(world, Person, col(Person.name) == "liu师傅")
    assert linked.view.person_id == manager.id


async def test_the_bots_address_where_it_has_one(liu: Desk, office: Office) -> None:
    state: ApiState = office.app.state.api
    office.app.state.api = replace(state, bot_name=lambda: "last_metre_bot")
    made = await ask(liu)
    assert f"https://t.me/last_metre_bot?start=link_{code_on(made).replace('-', '')}" in made.links()
    office.app.state.api = state


async def test_too_many_codes_are_said_kindly(liu: Desk, world: World) -> None:
    for _ in range(10):
        await ask(liu)
    answer = await liu.press(await liu.see("/manage/chat"), "/manage/chat")
    assert answer.status_code == 429
    assert "上一个号码还能用" in answer.text
    assert len(await stored(world, LinkCode)) == 10


async def test_only_by_our_own_form_and_when_signed_in(
    liu: Desk, desk: Desk, office: Office, world: World
) -> None:
    page = await liu.see("/manage/chat")
    forged = await liu.press(page, "/manage/chat", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    async with office.desk() as stranger:
        answer = await stranger.client.post("/manage/chat", data={"form": "x"})
        assert answer.status_code in {303, 401}
    assert await stored(world, LinkCode) == []
