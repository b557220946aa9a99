"""Volunteers' profiles and certificates, organisations and teams."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.creation import CHANGING, OnceOnly
from api.dependencies import (
    CurrentPerson,
    CursorText,
    Limit,
    Now,
    Session,
    decode_cursor,
    encode_cursor,
    parse_cursor,
)
from api.problems import problems
from models.shapes.base import Page
from models.shapes.volunteers import (
    CertificateCheck,
    CertificateOrder,
    CertificateView,
    GuardianConsent,
    OrganisationOrder,
    OrganisationView,
    RecordOrder,
    RecordView,
    SuspensionOrder,
    TeamOrder,
    TeamView,
    VolunteerEdit,
    VolunteerView,
)
from scheduling.rosters import teams, volunteers

router = APIRouter(prefix="/v1", tags=["volunteers"])


@router.get(
    "/me/volunteer",
    operation_id="getMyVolunteerProfile",
    summary="My profile as a volunteer",
    responses=problems("sign-in-required", "not-found"),
)
async def get_my_volunteer_profile(session: Session, actor: CurrentPerson, now: Now) -> VolunteerView:
    """What one can, when and where one can come, and what staff have checked."""
    return await volunteers.view(session, actor=actor, person_id=actor.require_person(), now=now)


@router.put(
    "/me/volunteer",
    operation_id="editMyVolunteerProfile",
    summary="Write my profile as a volunteer",
    responses=problems("sign-in-required", "invalid-input"),
)
async def edit_my_volunteer_profile(
    session: Session, actor: CurrentPerson, now: Now, change: VolunteerEdit
) -> VolunteerView:
    """The whole profile; the first time makes one a volunteer."""
    return await volunteers.edit(session, actor=actor, change=change, now=now)


@router.post(
    "/me/volunteer/certificates",
    operation_id="submitCertificate",
    summary="Hand in a certificate",
    status_code=201,
    response_model=CertificateView,
    responses=problems(*CHANGING),
)
async def submit_certificate(once: OnceOnly, now: Now, wanted: CertificateOrder) -> Response:
    """It counts once staff have checked it."""

    return await once(partial(volunteers.add_certificate, wanted=wanted, now=now))


@router.get(
    "/volunteers/{person_id}",
    operation_id="getVolunteer",
    summary="A volunteer's profile",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_volunteer(session: Session, actor: CurrentPerson, now: Now, person_id: UUID) -> VolunteerView:
    """For themselves and for those who work for the district. Phone numbers are whole only for those who must call."""
    return await volunteers.view(session, actor=actor, person_id=person_id, now=now)


@router.post(
    "/volunteers/{person_id}/guardian-consent",
    operation_id="agreeAsGuardian",
    summary="Agree that a minor volunteers",
    response_model=VolunteerView,
    responses=problems(*CHANGING),
)
async def agree_as_guardian(once: OnceOnly, now: Now, person_id: UUID, given: GuardianConsent) -> Response:
    """By somebody of age who may act for them, or by those who work for the district and saw it on paper."""

    return await once(
        partial(volunteers.consent_for_minor, person_id=person_id, given=given, now=now), status=200
    )


@router.post(
    "/volunteers/{person_id}/suspension",
    operation_id="suspendVolunteer",
    summary="Suspend somebody from signing up, or lift it",
    response_model=VolunteerView,
    responses=problems(*CHANGING),
)
async def suspend_volunteer(once: OnceOnly, now: Now, person_id: UUID, wanted: SuspensionOrder) -> Response:
    """For staff, with a reason."""

    return await once(partial(volunteers.suspend, person_id=person_id, wanted=wanted, now=now), status=200)


@router.post(
    "/volunteers/{person_id}/records",
    operation_id="recordForVolunteer",
    summary="Record a training or commendation",
    status_code=201,
    response_model=RecordView,
    responses=problems(*CHANGING),
)
async def record_for_volunteer(once: OnceOnly, now: Now, person_id: UUID, wanted: RecordOrder) -> Response:
    """For staff. It is part of what the volunteer takes along."""

    return await once(partial(volunteers.put_on_record, person_id=person_id, wanted=wanted, now=now))


@router.get(
    "/certificates",
    operation_id="listCertificatesToCheck",
    summary="Certificates to check",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def list_certificates_to_check(
    session: Session, actor: CurrentPerson, limit: Limit = 20, cursor: CursorText = None
) -> Page[CertificateView]:
    """For staff, the oldest first."""
    after = parse_cursor(decode_cursor(cursor), ("id",))
    items, following = await volunteers.to_check(
        session, actor=actor, limit=limit, after=after[0] if after else None
    )
    return Page(items=items, next=encode_cursor((following,) if following else None))


@router.post(
    "/certificates/{certificate_id}/check",
    operation_id="checkCertificate",
    summary="Say whether a certificate counts",
    response_model=CertificateView,
    responses=problems(*CHANGING),
)
async def check_certificate(
    once: OnceOnly, now: Now, certificate_id: UUID, found: CertificateCheck
) -> Response:
    """For staff who looked at its proof. It can be looked at again."""

    return await once(
        partial(volunteers.check_certificate, certificate_id=certificate_id, found=found, now=now), status=200
    )


@router.get(
    "/organisations",
    operation_id="listOrganisations",
    summary="Organisations of volunteers",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_organisations(
    session: Session, actor: CurrentPerson, limit: Limit = 20, cursor: CursorText = None
) -> Page[OrganisationView]:
    """Universities, social organisations and companies of one's district, by name."""
    after = parse_cursor(decode_cursor(cursor), ("text", "id"))
    items, following = await teams.organisations(
        session, actor=actor, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/organisations",
    operation_id="addOrganisation",
    summary="Add an organisation",
    status_code=201,
    response_model=OrganisationView,
    responses=problems(*CHANGING),
)
async def add_organisation(once: OnceOnly, now: Now, wanted: OrganisationOrder) -> Response:
    """For staff."""

    return await once(partial(teams.add_organisation, wanted=wanted, now=now))


@router.get(
    "/teams",
    operation_id="listTeams",
    summary="Teams",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_teams(
    session: Session,
    actor: CurrentPerson,
    q: Annotated[str | None, Query(max_length=100, description="A team's code, or part of its name.")] = None,
    mine: Annotated[
        bool, Query(description="Only those that the caller is in, leads, or has asked to join.")
    ] = False,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[TeamView]:
    """The teams of one's district by name, without their members."""
    after = parse_cursor(decode_cursor(cursor), ("text", "id"))
    items, following = await teams.teams(
        session,
        actor=actor,
        limit=limit,
        after=(after[0], after[1]) if after else None,
        said=q,
        mine=mine,
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/teams",
    operation_id="addTeam",
    summary="Make a team",
    status_code=201,
    response_model=TeamView,
    responses=problems(*CHANGING),
)
async def add_team(once: OnceOnly, now: Now, wanted: TeamOrder) -> Response:
    """For staff, who say who leads it."""

    return await once(partial(teams.add_team, wanted=wanted, now=now))


@router.get(
    "/teams/{team_id}",
    operation_id="getTeam",
    summary="A team",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_team(session: Session, actor: CurrentPerson, team_id: UUID) -> TeamView:
    """With its members for its leader, its members and those who work for the district."""
    return await teams.show(session, actor=actor, team_id=team_id)


@router.post(
    "/teams/{team_id}/join",
    operation_id="joinTeam",
    summary="Ask to join a team",
    response_model=TeamView,
    responses=problems(*CHANGING),
)
async def join_team(once: OnceOnly, now: Now, team_id: UUID) -> Response:
    """The leader admits. Asking again changes nothing."""

    return await once(partial(teams.join, team_id=team_id, now=now), status=200)


@router.post(
    "/teams/{team_id}/members/{person_id}/admit",
    operation_id="admitToTeam",
    summary="Admit somebody who asked",
    response_model=TeamView,
    responses=problems(*CHANGING),
)
async def admit_to_team(once: OnceOnly, now: Now, team_id: UUID, person_id: UUID) -> Response:
    """For the team's leader."""

    return await once(partial(teams.admit, team_id=team_id, person_id=person_id, now=now), status=200)


@router.post(
    "/teams/{team_id}/members/{person_id}/leave",
    operation_id="leaveTeam",
    summary="Leave a team, or let a member go",
    response_model=TeamView,
    responses=problems(*CHANGING),
)
async def leave_team(once: OnceOnly, now: Now, team_id: UUID, person_id: UUID) -> Response:
    """For the member and the leader. Places on shifts stay."""

    return await once(partial(teams.leave, team_id=team_id, person_id=person_id, now=now), status=200)
