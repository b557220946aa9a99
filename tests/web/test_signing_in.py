"""Signing in and out, and who may send forms."""

from datetime import timedelta

import httpx
import pytest

from scheduling.signing_in import LOCKED_FOR, MOST_FAILED_SIGN_INS
from tests.web.office import KEY, PASSWORD, SITE, Desk, Drawn, Office, cookies, manages
from tests.world import CANTEEN, HILL_HOUSE
from web.seals import Said, Seals
from web.visit import ANCHOR, SAID, SIGNED_IN

HOME = f"/manage/points/{CANTEEN}"


async def try_to_sign_in(desk: Desk, username: str, password: str) -> httpx.Response:
    return await desk.press(await desk.see("/manage"), "/sign-in", username=username, password=password)


async def test_whoever_manages_one_point_begins_there(desk: Desk) -> None:
    answer = await try_to_sign_in(desk, "liu", PASSWORD)
    assert answer.status_code == 303
    assert answer.headers["location"] == HOME
    assert "幸福食堂" in (await desk.see(HOME)).text


async def test_whoever_manages_several_points_sees_them(desk: Desk, office: Office) -> None:
    await office.staff("sun", manages(CANTEEN), manages(HILL_HOUSE))
    page = await desk.sign_in("sun")
    assert "sun师傅，您好" in page.text
    assert {HOME, f"/manage/points/{HILL_HOUSE}"} <= set(page.links())


async def test_the_token_is_kept_from_scripts_and_other_sites(office: Office) -> None:
    async with office.desk() as desk:
        desk.client.base_url = SITE.replace("http:", "https:")
        answer = await try_to_sign_in(desk, "liu", PASSWORD)
    said = cookies(answer)[SIGNED_IN].lower()
    assert {"httponly", "samesite=lax", "secure", "path=/manage", "max-age=43200"} <= set(said.split("; "))


async def test_a_failure_says_the_same_whether_the_name_is_known_or_not(desk: Desk) -> None:
    told = []
    for username, password in (("liu", "wrong"), ("nobody", PASSWORD), ("", ""), ("li\0u", PASSWORD + "x")):
        answer = await try_to_sign_in(desk, username, password)
        assert answer.status_code == 401
        assert SIGNED_IN not in desk.client.cookies
        page = Drawn(answer.text)
        assert page.form("/sign-in").fields["password"] == ""
        told.append(page.text)
    assert "用户名或密码不对" in told[0]
    assert len(set(told)) == 1


async def test_the_name_that_was_written_stays(desk: Desk) -> None:
    page = Drawn((await try_to_sign_in(desk, "liu", "wrong")).text)
    assert page.form("/sign-in").fields["username"] == "liu"


async def test_too_many_tries_say_how_long_to_wait(desk: Desk, office: Office) -> None:
    for _ in range(MOST_FAILED_SIGN_INS):
        assert (await try_to_sign_in(desk, "liu", "wrong")).status_code == 401
    office.passes(timedelta(minutes=5))
    answer = await try_to_sign_in(desk, "liu", PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "601"
    assert "请过 11 分钟再登录" in Drawn(answer.text).text
    office.passes(LOCKED_FOR)
    assert (await try_to_sign_in(desk, "liu", PASSWORD)).status_code == 303


async def test_signing_out_forgets_the_token(liu: Desk) -> None:
    page = await liu.send(await liu.see(HOME), "/sign-out")
    assert "已退出登录" in page.text
    assert SIGNED_IN not in liu.client.cookies
    assert "已退出登录" not in (await liu.see("/manage")).text, "said once"
    await liu.see(HOME, status=401)


async def test_whoever_is_not_signed_in_comes_back_to_where_they_wanted(desk: Desk) -> None:
    page = await desk.see(f"{HOME}?date=2026-11-24", status=401)
    assert "请先登录" in page.text
    answer = await desk.press(page, "/sign-in", username="liu", password=PASSWORD)
    assert answer.headers["location"] == f"{HOME}?date=2026-11-24"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/manage", "/managers", "/manage\\@evil.example", "javascript:1"],
)
async def test_nobody_is_sent_to_another_site(desk: Desk, elsewhere: str) -> None:
    page = await desk.see("/manage")
    answer = await desk.press(page, "/sign-in", username="liu", password=PASSWORD, to=elsewhere)
    assert answer.headers["location"] == HOME
    switched = await desk.client.get("/manage/language/en", params={"back": elsewhere})
    assert switched.headers["location"] == "/manage"


async def test_a_sign_in_ends_by_itself_and_says_that_nothing_was_done(liu: Desk, office: Office) -> None:
    page = await liu.see(HOME)
    office.passes(timedelta(hours=13))
    answer = await liu.press(page, "/check-in", headers={"Referer": f"{SITE}{HOME}"}, code="123456")
    assert answer.status_code == 401
    drawn = Drawn(answer.text)
    assert "刚才的操作没有生效" in drawn.text
    assert drawn.form("/sign-in").fields["to"] == HOME


async def test_roles_are_those_of_this_moment_and_a_made_up_token_is_none(desk: Desk) -> None:
    desk.client.cookies.set(SIGNED_IN, "made.up.token", domain="manage.test", path="/manage")
    assert (await desk.client.get(HOME)).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://chat.manage.test"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
async def test_other_sites_can_send_no_forms(desk: Desk, headers: dict[str, str]) -> None:
    page = await desk.see("/manage")
    answer = await desk.press(page, "/sign-in", headers=headers, username="liu", password=PASSWORD)
    assert answer.status_code == 403
    assert "没有做任何改动" in Drawn(answer.text).text
    await desk.sign_in("liu")
    answer = await desk.press(await desk.see(HOME), "/check-in", headers=headers, code="123456")
    assert answer.status_code == 403
    assert SAID not in answer.cookies


async def test_forms_carry_a_seal_that_fits_one_browser(desk: Desk, office: Office) -> None:
    page = await desk.see("/manage")
    async with office.desk() as other:
        seal = (await other.see("/manage")).form("/sign-in").fields["form"]
    for wrong in ("", "é", seal):
        answer = await desk.press(page, "/sign-in", username="liu", password=PASSWORD, form=wrong)
        assert answer.status_code == 403
    await desk.sign_in("liu")
    drawn = await desk.see(HOME)
    for wrong in ("", seal, page.form("/sign-in").fields["form"]):
        for action in ("/check-in", "/sign-out"):
            form = drawn.form(action)
            answer = await desk.client.post(
                form.action, data={**form.fields, "form": wrong, "code": "123456"}
            )
            assert answer.status_code == 403, action


async def test_without_its_cookie_the_sign_in_form_is_refused(desk: Desk) -> None:
    page = await desk.see("/manage")
    desk.client.cookies.delete(ANCHOR)
    answer = await desk.press(page, "/sign-in", username="liu", password=PASSWORD)
    assert answer.status_code == 403
    assert await desk.sign_in("liu"), "the next page draws a form that works"


async def test_a_line_to_be_said_is_sealed(desk: Desk) -> None:
    page = await desk.see("/manage")
    assert "转账" not in page.text
    for key, believed in ((KEY, True), (b"another key of thirty-two bytes!!", False)):
        sealed = Seals.derived(key).close(Said("请转账", "bad"))
        desk.client.cookies.set(SAID, sealed, domain="manage.test", path="/manage")
        assert ("请转账" in (await desk.see("/manage")).text) is believed


async def test_a_bearer_token_is_no_line_to_be_said_and_the_other_way_round(liu: Desk) -> None:
    bearer = next(cookie.value for cookie in liu.client.cookies.jar if cookie.name == SIGNED_IN)
    assert bearer is not None
    assert Seals.derived(KEY).open(bearer) is None
    line = Seals.derived(KEY).close(Said("好"))
    answer = await liu.client.get("/v1/me", headers={"Authorization": f"Bearer {line}"})
    assert answer.status_code == 401
