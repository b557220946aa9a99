"""Hours served, the time bank, and statements that anybody can check."""

from functools import partial

from fastapi import APIRouter, Request, Response

from api.creation import CHANGING, OnceOnly
from api.dependencies import CallerLanguage, CurrentPerson, Now, Session
from api.problems import problems
from models.database import AsyncSession
from models.shapes.hours import (
    Donation,
    HoursView,
    StatementChecked,
    StatementOrder,
    StatementView,
    VolunteerRecordView,
)
from scheduling.actors import Actor
from scheduling.rosters import hours, statements

router = APIRouter(prefix="/v1", tags=["volunteers"])

PRIVATE = {"Cache-Control": "private, no-store"}


@router.get(
    "/me/hours",
    operation_id="getMyHours",
    summary="My hours",
    responses=problems("sign-in-required"),
)
async def get_my_hours(session: Session, actor: CurrentPerson) -> HoursView:
    """What was served and verified, and what the time bank holds."""
    return await hours.mine(session, actor=actor)


@router.get(
    "/me/hours/record",
    operation_id="getMyVolunteerRecord",
    summary="My record to take along",
    responses=problems("sign-in-required"),
)
async def get_my_volunteer_record(session: Session, actor: CurrentPerson) -> VolunteerRecordView:
    """In the shape of the national volunteer record: identity, services, training, commendations, evaluation."""
    return await hours.take_along(session, actor=actor)


@router.post(
    "/me/hours/donations",
    operation_id="donateHours",
    summary="Give hours to a person or a team",
    status_code=201,
    response_model=HoursView,
    responses=problems(*CHANGING),
)
async def donate_hours(once: OnceOnly, now: Now, gift: Donation) -> Response:
    """From one's own account in the time bank."""

    return await once(partial(hours.donate, gift=gift, now=now))


@router.post(
    "/me/hours/statements",
    operation_id="issueStatement",
    summary="Have a statement of my hours",
    status_code=201,
    response_model=StatementView,
    responses=problems(*CHANGING),
)
async def issue_statement(once: OnceOnly, request: Request, now: Now, wanted: StatementOrder) -> Response:
    """A platform record, no official certificate; anybody can check it by its code. It stays as it was issued."""

    async def work(session: AsyncSession, actor: Actor) -> StatementView:
        code = await statements.issue(session, actor=actor, wanted=wanted, now=now)
        return await statements.view(session, actor=actor, code=code, addresses=_addresses(request, code))

    return await once(work)


def _addresses(request: Request, code: str) -> statements.Addresses:
    """Where a statement is checked and drawn."""
    return statements.Addresses(
        check=str(request.url_for("check_statement", code=code)),
        pdf=str(request.url_for("get_statement_pdf", code=code)),
        csv=str(request.url_for("get_statement_csv", code=code)),
    )


@router.get(
    "/me/hours/statements/{code}.pdf",
    operation_id="getStatementPdf",
    summary="A statement as PDF",
    response_class=Response,
    responses={
        200: {
            "description": "The statement, drawn.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems("sign-in-required", "not-found", "invalid-input"),
    },
)
async def get_statement_pdf(
    session: Session, actor: CurrentPerson, language: CallerLanguage, request: Request, code: str
) -> Response:
    """In the caller's language. The same statement is always drawn the same."""
    drawn = await statements.pdf_of(
        session, actor=actor, code=code, language=language, check_url=_addresses(request, code).check
    )
    return Response(drawn, media_type="application/pdf", headers=PRIVATE)


@router.get(
    "/me/hours/statements/{code}.csv",
    operation_id="getStatementCsv",
    summary="A statement as CSV",
    response_class=Response,
    responses={
        200: {
            "description": "The statement, line by line.",
            "content": {"text/csv; charset=utf-8": {"schema": {"type": "string"}}},
        },
        **problems("sign-in-required", "not-found", "invalid-input"),
    },
)
async def get_statement_csv(
    session: Session, actor: CurrentPerson, language: CallerLanguage, request: Request, code: str
) -> Response:
    """In the caller's language, for spreadsheets."""
    drawn = await statements.csv_of(
        session, actor=actor, code=code, language=language, check_url=_addresses(request, code).check
    )
    return Response(drawn, media_type="text/csv", headers=PRIVATE)


@router.get(
    "/hours/statements/{code}",
    operation_id="checkStatement",
    summary="Check a statement by its code",
    responses=problems("not-found", "invalid-input"),
)
async def check_statement(session: Session, code: str) -> StatementChecked:
    """Open to all who have the code: whose statement it is, in part, and what it says in sum."""
    return await statements.check_code(session, code=code)
