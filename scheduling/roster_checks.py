"""What `lastmetre check` recomputes of shifts, signups and hours (see `scheduling/check.py`)."""

ROSTER_CHECKS: dict[str, str] = {
    "a shift's count is what its signups and offers add up to (Volunteers 1)": """
        WITH placed AS (
            SELECT shift_id, count(*) AS places FROM signup
            WHERE status IN ('proposed', 'confirmed', 'stand_in_wanted', 'attended', 'absent', 'excused')
            GROUP BY shift_id
        ), offered AS (
            SELECT shift_id, count(*) AS places FROM shift_wait WHERE status = 'offered' GROUP BY shift_id
        )
        SELECT shift.id, format('taken %s, signups %s, offers %s', shift.taken, coalesce(placed.places, 0),
                                coalesce(offered.places, 0))
        FROM shift LEFT JOIN placed ON placed.shift_id = shift.id LEFT JOIN offered ON offered.shift_id = shift.id
        WHERE shift.taken <> coalesce(placed.places, 0) + coalesce(offered.places, 0)
    """,
    "a shift never has more people than it needs (Volunteers 1)": """
        SELECT id, format('taken %s of %s', taken, needed) FROM shift WHERE taken > needed OR taken < 0
    """,
    "nobody is on two shifts at once, or without rest between (Volunteers 1)": """
        SELECT one.id, format('and %s', other.id) FROM signup one JOIN signup other
          ON other.person_id = one.person_id AND other.id > one.id
         AND one.start < other.rest_until AND other.start < one.rest_until
        WHERE one.status IN ('proposed', 'confirmed', 'stand_in_wanted', 'attended', 'absent', 'excused')
          AND other.status IN ('proposed', 'confirmed', 'stand_in_wanted', 'attended', 'absent', 'excused')
    """,
    "a signup repeats its shift's place and time": """
        SELECT signup.id, 'differs from its shift' FROM signup JOIN shift ON shift.id = signup.shift_id
        WHERE (signup.start, signup."end", signup.point_id) IS DISTINCT FROM (shift.start, shift."end", shift.point_id)
    """,
    "a signup carries its person's number": """
        SELECT signup.id, 'another number' FROM signup JOIN person ON person.id = signup.person_id
        WHERE signup.person_number <> person.number
    """,
    "nobody has a place ahead on a shift that was cancelled (Volunteers 2)": """
        SELECT signup.id, signup.status FROM signup JOIN shift ON shift.id = signup.shift_id
        WHERE shift.status = 'cancelled'
          AND signup.status IN ('applied', 'proposed', 'confirmed', 'stand_in_wanted')
    """,
    "a free place is offered while somebody waits for it (Volunteers 1)": """
        SELECT shift.id, format('%s free', shift.needed - shift.taken) FROM shift
        WHERE shift.status = 'published' AND shift.taken < shift.needed
          AND shift.start > coalesce(CAST(:now AS timestamptz), now())
          AND EXISTS (SELECT FROM shift_wait WHERE shift_wait.shift_id = shift.id AND shift_wait.status = 'waiting')
    """,
    "every offer of a place was told (Volunteers 1)": """
        SELECT id, 'no notice' FROM shift_wait
        WHERE status = 'offered' AND NOT EXISTS (SELECT FROM notice WHERE dedupe_key = 'shift_offer:' || shift_wait.id)
    """,
    "every ask was told (Volunteers 3)": """
        SELECT id, 'no notice' FROM shift_ask
        WHERE NOT EXISTS (SELECT FROM notice WHERE dedupe_key = 'shift_ask:' || shift_ask.id)
    """,
    "an open ask for a stand-in is for a place that wants one (Volunteers 2)": """
        SELECT ask.id, format('signup %s', signup.status) FROM shift_ask ask JOIN signup ON signup.id = ask.signup_id
        WHERE ask.status = 'open' AND (signup.status <> 'stand_in_wanted' OR signup.shift_id <> ask.shift_id)
    """,
    "a stand-in has the place of whoever left (Volunteers 2)": """
        SELECT new.id, format('replaces one that is %s', old.status) FROM signup new JOIN signup old ON old.id = new.replaces_id
        WHERE old.status <> 'withdrawn'
    """,
    "a shrunk slot has the capacity that its hands allow, unless a manager set another (Volunteers 3)": """
        SELECT slot.id, format('capacity %s, reduced to %s, taken %s', slot.capacity, shrunk.reduced, slot.taken)
        FROM slot_shrinkage shrunk JOIN slot ON slot.id = shrunk.slot_id
        WHERE slot.version = shrunk.version AND slot.capacity <> greatest(slot.taken, shrunk.reduced)
    """,
    "an account of hours is what its entries add up to (Volunteers 4)": """
        SELECT account.id, format('balance %s, entries %s', account.balance, coalesce(sum(entry.minutes), 0))
        FROM hours_account account LEFT JOIN hours_entry entry ON entry.account_id = account.id
        GROUP BY account.id HAVING account.balance <> coalesce(sum(entry.minutes), 0)
    """,
    "every transfer of hours adds up to zero (Volunteers 4)": """
        SELECT transfer_id, format('adds up to %s', sum(minutes)) FROM hours_entry
        GROUP BY transfer_id HAVING sum(minutes) <> 0
    """,
    "verified hours are in the ledger (Volunteers 4)": """
        SELECT signup.id, format('verified %s, in the ledger %s', signup.minutes, coalesce(-sum(entry.minutes), 0))
        FROM signup
        LEFT JOIN hours_account account ON account.owner = 'served' AND account.owner_key = signup.district_code
        LEFT JOIN hours_entry entry ON entry.signup_id = signup.id AND entry.account_id = account.id
        WHERE signup.verified_at IS NOT NULL
        GROUP BY signup.id HAVING coalesce(-sum(entry.minutes), 0) <> coalesce(signup.minutes, 0)
    """,
    "every signup has its audit row": """
        SELECT signup.id, 'not in the audit' FROM signup
        WHERE NOT EXISTS (SELECT FROM audit_entry WHERE subject_id = signup.id)
    """,
}
