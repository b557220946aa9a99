"""Which updates Telegram may forget."""

from bot.telegram.inbox import Inbox


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_question_never_runs_ahead_of_unfinished_work() -> None:
    inbox = Inbox(hold_s=15, clock=Clock())
    assert inbox.offset() is None
    assert [inbox.admit(each) for each in (5, 6, 7)] == [True, True, True]
    inbox.finish(6)
    assert inbox.offset() == 5
    assert not inbox.admit(5)  # shown again while in hand
    assert not inbox.admit(6)  # shown again though finished
    inbox.confirmed(5)
    inbox.finish(5)
    assert inbox.offset() == 7
    inbox.finish(7)
    assert inbox.offset() == 8
    inbox.confirmed(8)
    assert inbox.admit(5)  # sent anew by Telegram itself: the conversation knows it by its key


def test_a_stuck_update_stops_holding_up_the_others() -> None:
    clock = Clock()
    inbox = Inbox(hold_s=15, clock=clock)
    inbox.admit(1)
    clock.now = 14
    inbox.admit(2)
    assert inbox.offset() == 1
    clock.now = 15
    assert inbox.offset() == 2


def test_stopping_confirms_what_is_finished_and_nothing_else() -> None:
    inbox = Inbox(hold_s=15, clock=Clock())
    inbox.admit(1)
    inbox.admit(2)
    inbox.finish(1)
    assert inbox.last_offset() == 2
    assert inbox.offset() == 2
    assert inbox.last_offset() is None  # the question before has said so
    inbox.finish(2)
    assert inbox.last_offset() == 3


def test_ids_that_begin_anew_are_not_mistaken_for_old_ones() -> None:
    # Telegram chooses a new beginning, which may be lower, after a week without updates.
    inbox = Inbox(hold_s=15, clock=Clock())
    inbox.admit(900)
    inbox.finish(900)
    assert inbox.admit(20)
    inbox.finish(20)
    assert inbox.offset() == 21
