"""`lastmetre notices` on the machine itself."""

from pathlib import Path

from tests.program.running import environment, free_port, url_of
from tests.program.saying import run
from tests.scheduling.outbox import HOUR, address, claim, fail, message, owe
from tests.world import NOW, World


async def test_dead_letters_are_listed_shown_and_sent_again(world: World, tmp_path: Path) -> None:
    env = environment(url_of(world.database), tmp_path, free_port(), LASTMETRE_DEMO="false")
    assert "None: failed" in (await run(env, "notices", "list")).out
    ids = []
    for number in range(2):
        person = await world.person()
        await address(world, person)
        await owe(world, message(person, f"{number}", expires_at=NOW + 10_000 * HOUR))
        (claimed,) = await claim(world)
        await fail(world, claimed.id, permanent=True)
        ids.append(str(claimed.id))
    listed = await run(env, "notices", "list")
    assert [line.split("\t")[0] for line in listed.out.splitlines()] == ids[::-1]
    assert "it did not work" in listed.out
    shown = await run(env, "notices", "show", ids[0])
    assert "status: failed" in shown.out
    assert "123456" not in shown.out, "what it says is not shown"
    assert "Sent again: 1" in (await run(env, "notices", "replay", ids[0])).out
    assert [str(one.id) for one in await claim(world)] == [ids[0]]
    assert "Sent again: 1" in (await run(env, "notices", "replay", "--dead")).out
    unknown = await run(env, "notices", "show", "00000000-0000-0000-0000-000000000099")
    assert len(unknown.kindly()) == 2
