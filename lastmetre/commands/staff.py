"""`lastmetre staff`: the sign-ins of people who work here."""

import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

from lastmetre.commands.trouble import TroubleError, explained
from lastmetre.commands.work import in_one_transaction
from models.database import AsyncSession
from models.tables import Person, StaffAccount
from models.vocabulary import Role
from scheduling.accounts import Account, NewAccount, Post, close_account, list_accounts, open_accounts
from scheduling.accounts import post as find_post
from scheduling.accounts import set_password as change_password
from scheduling.actors import SYSTEM
from scheduling.errors import InvalidInputError, NotFoundError
from scheduling.people import NewPerson, register
from scheduling.signing_in import home_district

ROLE_NAMES = {
    Role.administrator: "区管理员 district administrator",
    Role.staff: "街道工作人员 sub-district staff",
    Role.point_manager: "站点负责人 point manager",
    Role.grid_worker: "网格员 grid worker",
}

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
LONGEST_USERNAME, LONGEST_NAME = 60, 80

T = TypeVar("T")

staff = typer.Typer(no_args_is_help=True, help="Sign-ins of people who work here.")

Username = Annotated[str, typer.Argument(help="The name to sign in with.")]


@staff.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="What the person is called.")],
    role: Annotated[Role, typer.Option(help="What they may do.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="Where: the key of a point, or the code of a division. Repeat for several. "
            "Default for an administrator: the district."
        ),
    ] = None,
) -> None:
    """Open a sign-in. The password is asked for, or read from standard input."""
    with explained():
        check_username(username)
        check_name(name)
        if not scope and role is not Role.administrator:
            raise TroubleError(
                "请用 --scope 给出站点编号或区划代码。",
                "Please say where with --scope: the key of a point, or the code of a division.",
            )
        password = read_password()

    async def work(session: AsyncSession) -> list[Post]:
        if await session.get(StaffAccount, username) is not None:
            raise TroubleError(
                f"用户名 {username} 已有人用。请换一个。",
                f"The name {username} is taken. Please choose another.",
            )
        now = datetime.now(UTC)
        posts = [
            await find_post(session, role=role, key=key)
            for key in dict.fromkeys(scope or [await home_district(session)])
        ]
        districts = {post.district_code for post in posts}
        if len(districts) > 1:
            raise TroubleError(
                "一个账号只能在一个区。请分开添加。",
                "One sign-in belongs to one district. Please add them apart.",
            )
        person = Person(created_at=now, district_code=districts.pop(), name=name.strip())
        grants = [(post.role, post.scope, post.key) for post in posts]
        await register(session, actor=SYSTEM, people=[NewPerson(person, grants)], now=now)
        account = NewAccount(username, password, person.id, person.district_code)
        await open_accounts(session, actor=SYSTEM, accounts=[account], now=now)
        return posts

    posts = _in_one_transaction(work)
    places = "、".join(post.place for post in posts)
    typer.echo(f"已添加 Added: {username} · {name.strip()} · {ROLE_NAMES[role]} · {places}")


@staff.command("list")
def list_() -> None:
    """List the sign-ins of the district, with their roles."""

    async def work(session: AsyncSession) -> list[Account]:
        district = await home_district(session)
        return await list_accounts(session, actor=SYSTEM, district_code=district)

    accounts = _in_one_transaction(work)
    for account in accounts:
        roles = "；".join(f"{ROLE_NAMES[role]} · {place}" for role, place in account.places)
        said = [account.username, account.name, roles, *(["演示 demo"] if account.demo else [])]
        typer.echo("\t".join(said))
    if not accounts:
        typer.echo("还没有账号。There are no sign-ins yet. lastmetre staff add --help")


@staff.command()
def password(username: Username) -> None:
    """Set another password. It is asked for, or read from standard input. Signs the person out everywhere."""
    with explained():
        new = read_password()

    async def work(session: AsyncSession) -> None:
        await change_password(session, actor=SYSTEM, username=username, password=new, now=datetime.now(UTC))

    _in_one_transaction(work)
    typer.echo(f"密码已更新 Password set: {username}")


@staff.command()
def remove(username: Username) -> None:
    """End a sign-in and its roles, and sign the person out everywhere."""

    async def work(session: AsyncSession) -> None:
        await close_account(session, actor=SYSTEM, username=username, now=datetime.now(UTC))

    _in_one_transaction(work)
    typer.echo(f"已删除 Removed: {username}")


def check_username(username: str) -> None:
    """Raises TroubleError for a name that could not be typed again as it is."""
    if not 1 <= len(username) <= LONGEST_USERNAME or not username.isprintable() or " " in username:
        raise TroubleError(
            f"用户名要 1 到 {LONGEST_USERNAME} 个字，不含空格。",
            f"A name to sign in with has 1 to {LONGEST_USERNAME} characters and no spaces.",
        )


def check_name(name: str) -> None:
    """Raises TroubleError for what nobody is called."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise TroubleError(
            f"姓名要 1 到 {LONGEST_NAME} 个字。", f"A person's name has 1 to {LONGEST_NAME} characters."
        )


def read_password() -> str:
    """Asks on the terminal, twice and unseen; without a terminal, the first line of standard input.

    Raises TroubleError when it is too short, too long, or missing.
    """
    if sys.stdin.isatty():
        given: str = typer.prompt("密码 Password", hide_input=True, confirmation_prompt="再输一次 Once more")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if not SHORTEST_PASSWORD <= len(given) <= LONGEST_PASSWORD:
        raise TroubleError(
            f"密码要 {SHORTEST_PASSWORD} 到 {LONGEST_PASSWORD} 个字。请再试一次。",
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters. Please try again.",
        )
    return given


MISSING = {
    "account": (
        "没有这个用户名。请用 lastmetre staff list 查看。",
        "There is no such name: see lastmetre staff list.",
    ),
    "point": ("没有这个编号的站点。请核对 --scope。", "No point has this key. Please check --scope."),
    "division": ("没有这个代码的区划。请核对 --scope。", "No division has this code. Please check --scope."),
}


def _in_one_transaction(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Does `work` in a transaction; what is missing or does not fit is said in terms of this command."""

    async def worded(session: AsyncSession) -> T:
        try:
            return await work(session)
        except NotFoundError as error:
            words = MISSING.get(str(error.data.get("what")))
            if words is None:
                raise
            raise TroubleError(*words) from error
        except InvalidInputError as error:
            raise TroubleError(
                "角色和范围不符：站点负责人填站点编号，街道工作人员填街道或社区代码，区管理员填区代码。",
                "Role and place do not go together: point managers have a point's key, staff the code of a "
                "sub-district or community, administrators the code of a district.",
            ) from error

    return in_one_transaction(worded)
