import threading
from datetime import UTC, datetime

from directory.core.actor import system
from directory.core.db import make_sessions
from directory.core.work import Work
from directory.outbox.actions import announce
from directory.outbox.queries import changes_after, head


def test_changes_are_collapsed_to_the_last_of_each_subject(work):
    for subject in ("center:a", "center:b", "center:a", "therapy:c"):
        announce(work, subject)

    feed = changes_after(work.session, 0)

    assert feed.subjects == ("center:b", "center:a", "therapy:c")
    assert feed.reached == head(work.session)


def test_nothing_new_leaves_the_place_where_it_is(work):
    announce(work, "center:a")
    place = head(work.session)

    assert changes_after(work.session, place) == type(changes_after(work.session, 0))(
        (), place
    )


def test_a_follower_misses_nothing_while_many_announce(engine):
    """Places follow commit order: what was passed over never appears later."""
    sessions = make_sessions(engine)
    reading = make_sessions(engine, reading=True)
    done = threading.Event()
    seen: list[str] = []

    def speak(name: str) -> None:
        for n in range(15):
            with sessions.begin() as session:
                announce(
                    Work(session, system("test"), datetime.now(UTC)), f"{name}:{n}"
                )

    def follow() -> None:
        place = 0
        while True:
            last_round = done.is_set()
            with reading() as session:
                feed = changes_after(session, place)
            seen.extend(feed.subjects)
            place = feed.reached
            if last_round and not feed.subjects:
                return

    follower = threading.Thread(target=follow)
    follower.start()
    speakers = [threading.Thread(target=speak, args=(f"s{i}",)) for i in range(4)]
    for speaker in speakers:
        speaker.start()
    for speaker in speakers:
        speaker.join()
    done.set()
    follower.join(timeout=30)

    assert sorted(seen) == sorted(f"s{i}:{n}" for i in range(4) for n in range(15))
