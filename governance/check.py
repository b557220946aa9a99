"""What `lastmetre check` recomputes of requests and threads, beside `scheduling/check.py`: each statement's rows are offenders."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from governance.threads.checks import THREAD_CHECKS
from scheduling.check import Offence

REQUEST_CHECKS: dict[str, str] = {
    "every step of a request is in its history (Requests 1)": """
        SELECT request.id, format('%s steps, %s in the history', request.steps, count(step.id))
        FROM request LEFT JOIN request_step step ON step.request_id = request.id
        GROUP BY request.id
        HAVING request.steps <> count(step.id) OR request.steps <> coalesce(max(step.number), 0) OR request.steps = 0
    """,
    "a request's owner and state are those of its last step (Requests 1)": """
        SELECT request.id, format('%s, the history says %s', request.state, step.state)
        FROM request JOIN request_step step ON step.request_id = request.id AND step.number = request.steps
        WHERE (request.owner_id, request.state, request.rung) IS DISTINCT FROM (step.owner_id, step.state, step.rung)
    """,
    "the owner changes by being taken over, climbing or reopening only (Requests 1)": """
        SELECT step.id, format('%s changed the owner', step.what)
        FROM request_step step
        JOIN request_step before ON before.request_id = step.request_id AND before.number = step.number - 1
        WHERE step.owner_id <> before.owner_id AND step.what NOT IN ('transfer_taken', 'climbed', 'reopened')
    """,
    "what is overdue has climbed or was told of again (Requests 1)": """
        SELECT id, format('due at %s', due_at) FROM request
        WHERE state IN ('received', 'accepted', 'in_progress')
          AND due_at < coalesce(CAST(:now AS timestamptz), now()) - interval '1 hour'
    """,
    "an acknowledged request says when, and one that is not says nothing": """
        SELECT id, state FROM request
        WHERE (state = 'received') <> (accepted_at IS NULL) AND state NOT IN ('withdrawn')
    """,
    "what is over says when it ended": """
        SELECT id, state FROM request WHERE (state IN ('closed', 'withdrawn')) <> (ended_at IS NOT NULL)
    """,
    "a rating says when it was given, and closes the request (Requests 2)": """
        SELECT id, format('%s stars, %s', stars, state) FROM request
        WHERE (stars IS NULL) <> (rated_at IS NULL) OR (stars IS NOT NULL AND state <> 'closed')
    """,
    "a wish in hand has one claim that holds it": """
        SELECT request.id, format('%s, claims %s', request.wish, count(claim.id))
        FROM request LEFT JOIN wish_claim claim ON claim.request_id = request.id AND claim.state IN ('claimed', 'fulfilled')
        GROUP BY request.id
        HAVING count(claim.id) <> CASE
            WHEN request.state IN ('received', 'accepted', 'in_progress') AND request.wish IN ('claimed', 'fulfilled') THEN 1
            ELSE 0 END
    """,
    "a published wish has words that its owner checked": """
        SELECT id, wish FROM request WHERE wish IN ('published', 'claimed', 'fulfilled') AND wish_text IS NULL
    """,
    "nobody follows their own request": """
        SELECT follower.id, 'asked it' FROM request_follower follower JOIN request ON request.id = follower.request_id
        WHERE follower.person_id = request.asker_id
    """,
    "the workers of a cell hold its role, and nobody else does": """
        SELECT cell.id, 'a role is missing' FROM grid_cell cell, unnest(ARRAY[cell.worker_id, cell.deputy_id]) AS worker (id)
        WHERE cell.ended_at IS NULL AND worker.id IS NOT NULL AND NOT EXISTS (
            SELECT FROM role_grant WHERE role = 'grid_worker' AND key = CAST(cell.id AS text) AND person_id = worker.id)
        UNION ALL
        SELECT role_grant.id, 'of no cell' FROM role_grant
        LEFT JOIN grid_cell cell ON CAST(cell.id AS text) = role_grant.key AND cell.ended_at IS NULL
             AND role_grant.person_id IN (cell.worker_id, cell.deputy_id)
        WHERE role_grant.role = 'grid_worker' AND cell.id IS NULL
    """,
    "an attachment of a request belongs to one of its steps": """
        SELECT attachment.id, format('step %s', attachment.step_number)
        FROM attachment LEFT JOIN request_step step
          ON step.request_id = attachment.request_id AND step.number = attachment.step_number
        WHERE attachment.request_id IS NOT NULL AND step.id IS NULL
    """,
    "every new request was told to its owner (Requests 1)": """
        SELECT step.request_id, 'no notice' FROM request_step step
        WHERE step.what = 'received' AND step.actor_id IS DISTINCT FROM step.owner_id
          AND step.created_at > coalesce(CAST(:now AS timestamptz), now()) - interval '30 days'
          AND NOT EXISTS (SELECT FROM notice WHERE notice.dedupe_key =
              concat_ws(':', 'request_work', step.request_id, step.number, step.owner_id, 'received'))
    """,
    "every step has its audit row": """
        SELECT step.request_id, format('step %s', step.number) FROM request_step step
        WHERE step.created_at > coalesce(CAST(:now AS timestamptz), now()) - interval '180 days'
          AND NOT EXISTS (SELECT FROM audit_entry WHERE subject_id = step.request_id
                          AND action = 'request.' || step.what AND created_at = step.created_at)
    """,
}


async def check(session: AsyncSession, *, now: datetime | None = None) -> list[Offence]:
    """Every row of requests and threads that breaks an invariant, as of `now` (the database's clock by default)."""
    offences: list[Offence] = []
    for name, statement in {**REQUEST_CHECKS, **THREAD_CHECKS}.items():
        rows = await session.execute(text(statement), {"now": now} if ":now" in statement else {})
        offences.extend(Offence(name, row[0], row[1]) for row in rows)
    return offences
