"""The command line."""

import asyncio
import json
from collections.abc import Callable
from typing import Annotated

import typer

from api.app import create_api
from governance.check import check as check_requests
from lastmetre.commands.exchange import export_command, import_command
from lastmetre.commands.notices import notices
from lastmetre.commands.staff import ROLE_NAMES, staff
from lastmetre.commands.trouble import ensure_port_is_free, explained
from lastmetre.commands.understand import understand_command
from lastmetre.commands.work import in_one_transaction, over_database, read_settings
from lastmetre.program import ALL_PARTS, STORED, Part
from lastmetre.serve import serve_here, serve_workers
from lastmetre.settings import Settings
from lastmetre.store import lay_demo, prepare, shown_sign_ins
from models.database import AsyncSession, Database
from scheduling.check import Offence
from scheduling.check import check as check_invariants

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Last Metre 最后一米: services of neighbourhood points, booked from a chat.",
)

app.command("import")(import_command)
app.command("export")(export_command)
app.command("understand")(understand_command)
app.add_typer(staff, name="staff")
app.add_typer(notices, name="notices")


def _welcome(settings: Settings, parts: frozenset[Part]) -> Callable[[], None]:
    lines = [""]
    here = f"http://{settings.host}:{settings.port}"
    if Part.bot in parts:
        lines.append(f"  聊天预约 Chat       {here}/chat")
    if Part.web in parts:
        lines.append(f"  站点管理 Manage     {here}/manage")
    if Part.api in parts:
        lines.append(f"  接口文档 API        {here}/v1/openapi.json")
    if settings.telegram_bot_token is not None and Part.bot in parts:
        lines.append("  Telegram            on")
    if settings.wants_demo and parts & {Part.web, Part.api}:
        lines += ["", "  演示账号 Demo sign-ins"]
        lines += [
            f"  {who.username:<12} {who.password:<16} {ROLE_NAMES[who.role]} · {who.place}"
            for who in shown_sign_ins()
        ]
    lines += ["", "  Ctrl-C 停止 to stop", ""]
    return lambda: typer.echo("\n".join(lines))


@app.command()
def serve(
    only: Annotated[list[Part] | None, typer.Option(help="Run only these parts. Repeat for several.")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer requests.")] = 1,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
    api_url: Annotated[str | None, typer.Option(help="Where a bot that runs apart finds the API.")] = None,
) -> None:
    """Run everything: API, pages, chat page, bot and clock. The first start seeds the demonstration."""
    with explained():
        settings = read_settings(host, port)
        ensure_port_is_free(settings.host, settings.port)
        parts = frozenset(only) if only else ALL_PARTS
        if workers > 1 and parts != ALL_PARTS:
            raise typer.BadParameter(
                "several workers run everything; leave out --only", param_hint="--workers"
            )
        if parts & STORED:
            asyncio.run(prepare(settings))
    on_ready = _welcome(settings, parts)
    if workers > 1:
        serve_workers(settings, workers, on_ready)
    else:
        serve_here(settings, parts, api_url, on_ready)


@app.command()
def migrate() -> None:
    """Bring the database's tables to the newest revision."""

    async def work(_: Database) -> None:
        """Opening the database did it."""

    over_database(work)


@app.command()
def demo() -> None:
    """Lay the demonstration over the real divisions: 500 points, people, bookings. Once; again changes nothing."""
    over_database(lay_demo)
    for who in shown_sign_ins():
        typer.echo(f"{who.username} {who.password} {ROLE_NAMES[who.role]} · {who.place}")


@app.command()
def check() -> None:
    """Recompute every count and promise from the rows; exit with 1 and a list when something differs."""

    async def work(session: AsyncSession) -> list[Offence]:
        return [*await check_invariants(session), *await check_requests(session)]

    offences = in_one_transaction(work)
    for offence in offences:
        typer.echo(f"{offence.check}: {offence.id} {offence.detail}")
    if offences:
        raise typer.Exit(1)
    typer.echo("all invariants hold")


@app.command()
def openapi() -> None:
    """Print the API's description (OpenAPI 3.1)."""
    typer.echo(json.dumps(create_api().openapi(), ensure_ascii=False, indent=2))
