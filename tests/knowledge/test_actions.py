"""Therapies, guides and claims are put in place once, and noted when they change."""

import pytest
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.core.actor import VISITOR
from directory.core.errors import RefusedError
from directory.core.work import Work
from directory.knowledge.actions import (
    UnknownClaimError,
    put_claim,
    put_guide,
    put_therapy,
    source_id,
    source_ids,
)
from directory.knowledge.model import GuideClaim, SourceRow, TherapyIndication
from directory.knowledge.queries import therapy_page
from directory.knowledge.rules.sources import Source, SourceKind
from directory.outbox.queries import changes_after, head
from tests.conftest import NOW
from tests.knowledge.seeds import claims, guides, put_everything, therapies


def entries(session):
    return session.scalar(select(func.count()).select_from(Entry))


def announced(session, place):
    return changes_after(session, place).subjects


def test_putting_everything_twice_changes_nothing(work):
    changed = put_everything(work)
    noted, place = entries(work.session), head(work.session)

    again = put_everything(work)

    assert changed == 13 + 139 + 17
    assert again == 0
    assert entries(work.session) == noted
    assert head(work.session) == place


def test_a_change_is_noted_and_announced_once(work):
    put_therapy(work, therapies()["im19"])
    noted, place = entries(work.session), head(work.session)
    changed = therapies()["im19"].model_copy(update={"note": {"en": "Something new."}})

    assert put_therapy(work, changed)

    assert entries(work.session) == noted + 1
    assert announced(work.session, place) == ("therapy:im19",)
    assert therapy_page(work.session, "im19").note == {"en": "Something new."}


def test_indications_follow_their_therapy(work):
    document = therapies()["relma-cel"]
    put_therapy(work, document)
    fewer = document.model_copy(update={"approvals": document.approvals[:1]})

    put_therapy(work, fewer)

    keys = work.session.scalars(
        select(TherapyIndication.indication).order_by(TherapyIndication.position)
    ).all()
    assert keys == ["lbcl", "dlbcl"]


def test_a_changed_claim_announces_the_guides_that_cite_it(work):
    put_everything(work)
    place = head(work.session)
    citing = {f"guide:{slug}" for slug, g in guides().items() if "SC086" in g.cited}

    put_claim(
        work, claims()["SC086"].model_copy(update={"note": {"en": "Looked again."}})
    )

    assert {"guide:visa", "guide:provenance"} <= citing
    assert set(announced(work.session, place)) == citing


def test_a_guide_needs_the_claims_that_it_cites(work):
    with pytest.raises(UnknownClaimError) as caught:
        put_guide(work, guides()["visa"])

    assert caught.value.facts["guide"] == "visa"
    assert "SC086" in str(caught.value.facts["claims"])


def test_citations_follow_their_guide(work):
    for claim in claims().values():
        put_claim(work, claim)
    document = guides()["visa"]
    put_guide(work, document)
    fewer = document.model_copy(
        update={"sections": document.sections[1:2], "summary_claims": ("SC086",)}
    )

    put_guide(work, fewer)

    cited = work.session.scalar(select(func.count()).select_from(GuideClaim))
    assert cited == 1 < len(document.cited)


def test_a_source_is_one_row_per_address(work):
    bare = Source(url="https://example.org/page")
    titled = Source(url=bare.url, title="A page", kind=SourceKind.NEWS)

    first = source_id(work, bare)
    second = source_id(work, titled)
    third = source_id(work, Source(url=bare.url, title="Another title"))

    row = work.session.get_one(SourceRow, first)
    assert first == second == third
    assert (row.title, row.kind) == ("A page", "news")


def test_sources_of_one_address_are_put_together(work):
    ids = source_ids(
        work,
        [
            Source(url="https://example.org/page"),
            Source(url="https://example.org/page", publisher="Somebody"),
            Source(url="https://example.org/other"),
        ],
    )

    row = work.session.get_one(SourceRow, ids["https://example.org/page"])
    assert len(ids) == 2
    assert row.publisher == "Somebody"


def test_no_sources_are_no_rows(work):
    assert source_ids(work, []) == {}


@pytest.mark.parametrize(
    ("put", "document"),
    [
        (put_therapy, therapies()["im19"]),
        (put_claim, claims()["SC001"]),
        (put_guide, guides()["visa"]),
    ],
)
def test_a_visitor_may_not_edit(session, put, document):
    with pytest.raises(RefusedError):
        put(Work(session, VISITOR, NOW), document)
