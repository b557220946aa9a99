"""What `lastmetre check` recomputes of threads: each statement's rows are offenders."""

THREAD_CHECKS: dict[str, str] = {
    "every row of a thread has its number, without a gap": """
        SELECT thread.id, format('%s rows, the last is %s', count(message.id), thread.last_number)
        FROM thread LEFT JOIN thread_message message ON message.thread_id = thread.id
        GROUP BY thread.id
        HAVING thread.last_number <> count(message.id) OR thread.last_number <> coalesce(max(message.number), 0)
    """,
    "a thread stands as its rows say: answered by staff, or waiting for them": """
        SELECT thread.id, format('%s, last said by %s', thread.state, last.side)
        FROM thread JOIN LATERAL (
            SELECT side FROM thread_message WHERE thread_id = thread.id AND event = 'said' ORDER BY number DESC LIMIT 1
        ) AS last ON true
        WHERE thread.state = 'waiting_for_resident' AND last.side <> 'staff'
           OR thread.state IN ('open', 'waiting_for_staff') AND last.side <> 'resident'
    """,
    "whoever waits for an answer is known to the next level in time": """
        SELECT id, format('%s, alert at %s', state, alert_at) FROM thread
        WHERE (state IN ('open', 'waiting_for_staff')) <> (alert_at IS NOT NULL)
           OR alert_at < coalesce(CAST(:now AS timestamptz), now()) - interval '1 hour'
    """,
    "a thread that was answered has the wait that it took": """
        SELECT id, format('answered %s, waited %s', first_answered_at, waited_s) FROM thread
        WHERE (first_answered_at IS NULL) <> (waited_s IS NULL) OR state = 'open' AND first_answered_at IS NOT NULL
    """,
    "an attachment of a thread came with one of its messages": """
        SELECT attachment.id, 'with none' FROM attachment
        WHERE attachment.thread_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM thread_message message
            WHERE message.thread_id = attachment.thread_id AND message.attachments @> to_jsonb(attachment.id::text)
        )
    """,
    "nobody writes to themselves": """
        SELECT id, 'owned by its resident' FROM thread WHERE owner_id = resident_id
    """,
    "who was written to at a point has one notice": """
        SELECT message.id, format('%s told of %s', count(told.person_id), message.people)
        FROM point_message message LEFT JOIN point_message_recipient told ON told.message_id = message.id
        WHERE message.created_at > coalesce(CAST(:now AS timestamptz), now()) - interval '30 days'
        GROUP BY message.id HAVING count(told.person_id) > message.people
    """,
}
