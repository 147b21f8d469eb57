from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.retention import Retention
from directory.inquiries.rules.life import (
    MOVES,
    SOONEST_SENT,
    State,
    StateRefusedError,
    TooSoonError,
    check_age,
    check_move,
    kept,
    new_id,
)

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("to", State)
def test_only_the_moves_of_the_table_are_allowed(state, to):
    if to in MOVES[state]:
        check_move(state, to)
        return
    with pytest.raises(StateRefusedError):
        check_move(state, to)


def test_nothing_is_kept_for_ever():
    told = Retention(closed_days=4, drafts_days=3, withdrawn_days=2)

    assert {
        state: kept(state, told).days for state in State if state is not State.ERASED
    } == {State.DRAFT: 3, State.RECEIVED: 4, State.WITHDRAWN: 2}
    with pytest.raises(KeyError):
        kept(State.ERASED, told)


@pytest.mark.parametrize(
    ("after", "wait"), [(0, 4), (0.1, 4), (1, 3), (3.999, 1), (4, None), (90, None)]
)
def test_a_draft_made_a_moment_ago_is_refused_with_the_time_to_wait(after, wait):
    made_at = NOW - timedelta(seconds=after)
    if wait is None:
        check_age(made_at, NOW)
        return
    with pytest.raises(TooSoonError) as error:
        check_age(made_at, NOW)

    assert error.value.facts == {"seconds": wait}
    assert wait <= SOONEST_SENT.total_seconds()


@given(st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_7(chance):
    made = new_id(NOW, chance)

    assert len(made) == 36
    assert made[14] == "7"
    assert made[19] in "89ab"
    assert int(made.replace("-", "")[:12], 16) == int(NOW.timestamp() * 1000)


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_ids_sort_by_time(first, second):
    later = NOW + timedelta(milliseconds=1)

    assert new_id(NOW, first) < new_id(later, second)
