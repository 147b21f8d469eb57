"""A hospital's draft on its pages, from the first word to the moderator's answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from directory.core.actor import Role, system
from directory.core.work import Work
from directory.listings.actions import publish
from directory.listings.rules.document import CenterDocument
from directory.submissions.model import ListingClaim, Submission, SubmissionField
from directory.submissions.queries.cases import published_now
from tests.conftest import NOW
from tests.web.people import At

SLUG = "nanfang-hospital"
LANGUAGES = ["en", "zh", "ru", "ar"]
SECTIONS = ["identity", "contact", "capabilities", "therapies", "trials", "services"]


@pytest.fixture
def office(desk):
    return desk.keeper(SLUG)


@pytest.fixture
def colleague(desk, office):
    return desk.sit(Role.HOSPITAL_EDITOR, organization=desk.seat(office).organization)


def begin(office) -> str:
    """Begin a draft by the button of the home page; return its address."""
    token = office.open("/en/hospital/").value("csrf_token")
    answer = office.client.post(
        f"/en/hospital/listings/{SLUG}/draft", data={"csrf_token": token}
    )
    assert answer.status_code == 303
    return str(answer.headers["Location"])


@pytest.fixture
def draft(office):
    return begin(office)


def fields(page) -> dict[str, Any]:
    """Return what a browser would send of the page's form."""
    form = next(each for each in page.all("form") if "data-draft" in each.attrib)
    found: dict[str, Any] = {}
    for each in form.iter():
        name = each.get("name")
        if each.tag == "input" and each.get("type") in {"checkbox", "radio"}:
            if each.get("checked") is not None:
                found.setdefault(name, []).append(each.get("value"))
        elif each.tag == "input" and name:
            found[name] = each.get("value", "")
        elif each.tag == "textarea":
            found[name] = (each.text or "").removeprefix("\n")
        elif each.tag == "select":
            chosen = [one for one in each.iter("option") if "selected" in one.attrib]
            found[name] = chosen[0].get("value") if chosen else ""
    return found


def typed(browser, url: str, **more: object) -> dict[str, object]:
    found = fields(browser.open(url))
    return found | {name.replace("__", "-"): value for name, value in more.items()}


def save(browser, url: str, **more: object):
    return browser.client.post(url, data=typed(browser, url, **more))


def rows(desk, table=Submission):
    with desk.session() as session:
        return session.scalars(select(table)).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_sound_in_every_language(office, draft, language):
    base = draft.replace("/en/", f"/{language}/")
    url = f"{base}/sections/capabilities"
    save(office, url, icu__statement="The best.", neurology__value="yes")

    for path in ("", *(f"/sections/{name}" for name in SECTIONS)):
        office.open(f"{base}{path}")
    for path in ("/check", "/preview", "/discard"):
        office.open(f"{base}{path}")
    office.open(f"/{language}/hospital/")
    office.send(f"{base}/check", check_values(office, base))
    office.open(f"{base}/outcome")
    office.open(f"/{language}/hospital/history")


def check_values(office, base) -> dict[str, object]:
    page = office.open(f"{base}/check")
    return {"revision": page.value("revision"), "over": page.value("over")}


@pytest.mark.parametrize("section", SECTIONS)
def test_saving_an_untouched_page_changes_nothing(desk, office, draft, section):
    url = f"{draft}/sections/{section}"

    answer = save(office, url)

    assert answer.status_code == 303
    assert "says what is published already" in office.open(f"{draft}/check").text


def test_what_was_typed_is_there_when_a_colleague_goes_on(office, colleague, draft):
    url = f"{draft}/sections/capabilities"
    save(office, url, icu__statement="Nine beds.")

    assert fields(colleague.open(url))["icu-statement"] == "Nine beds."


def test_what_is_wrong_is_kept_and_said_at_its_field(office, draft):
    url = f"{draft}/sections/capabilities"
    save(office, url, icu__source_url="no address")

    page = office.open(url)

    assert page.title.startswith("Error:")
    assert fields(page)["icu-source_url"] == "no address"
    assert "beginning with https://" in page.text
    assert "1 to put right" in office.open(draft).text
    assert "Put this right first" in office.open(f"{draft}/check").text


def test_entries_are_added_and_taken_out_without_script(desk, office, draft):
    url = f"{draft}/sections/trials"
    before = len(fields(office.open(url)))

    added = save(office, url, add="row")
    filled = fields(office.open(url))
    place = max(int(name.split("-")[1]) for name in filled if name.startswith("rows-"))

    assert added.headers["Location"].endswith(f"#row-{place}")
    assert len(filled) > before
    save(office, url, remove=str(place))
    assert len(fields(office.open(url))) == before


def test_a_product_that_is_not_on_sale_is_not_claimed_without_proof(office, draft):
    url = f"{draft}/sections/therapies"
    save(office, url, add="row")
    names = [name for name in fields(office.open(url)) if name.endswith("-therapy")]
    row = names[-1].removesuffix("-therapy")

    save(
        office,
        url,
        **{f"{row}-therapy": "cilta-cel", f"{row}-route": "approved-product"},
    )

    assert "not reported to be on sale" in office.open(url).text


# Two at once


def test_two_people_on_one_page_see_both_versions_and_choose(office, colleague, draft):
    url = f"{draft}/sections/capabilities"
    mine = typed(colleague, url, icu__statement="Ten beds.", neurology__value="no")
    save(office, url, icu__statement="Nine beds.", neurology__value="yes")

    answer = colleague.client.post(url, data=mine)
    page = colleague._read(url, answer, 409)

    assert "Nine beds." in page.text
    assert "Ten beds." in page.text
    sent = {
        "csrf_token": page.value("csrf_token"),
        "mine": page.value("mine"),
        "revision": page.value("revision"),
        "part-0-which": "mine",
        "part-1-which": "theirs",
    }
    done = colleague.client.post(f"{url}/choice", data=sent)
    assert done.status_code == 303
    found = fields(colleague.open(url))
    assert (found["icu-statement"], found["neurology-value"]) == ("Ten beds.", "yes")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_both_versions_is_sound(office, colleague, draft, language):
    url = f"{draft}/sections/identity".replace("/en/", f"/{language}/")
    mine = typed(colleague, url, district="East", types=["public", "private"])
    save(office, url, district="West")

    colleague._read(url, colleague.client.post(url, data=mine), 409)


def test_two_people_on_two_pages_do_not_notice_each_other(office, colleague, draft):
    url = f"{draft}/sections/services"
    mine = typed(colleague, url, interpreter__value="yes")
    save(office, f"{draft}/sections/identity", district="West")

    assert colleague.client.post(url, data=mine).status_code == 303


def test_a_new_version_meanwhile_is_told_and_taken_over(desk, office, draft):
    save(office, f"{draft}/sections/capabilities", icu__statement="Nine beds.")
    with desk.tools.sessions.begin() as session:
        found = published_now(session, "center", SLUG)
        assert found is not None
        document = {**found[1], "aliases": ["Invented Name"]}
        work = Work(session, system("seed"), NOW)
        publish(work, CenterDocument.model_validate(document), authority="seed")

    page = office.open(draft)

    assert "published anew" in page.text
    identity = fields(office.open(f"{draft}/sections/identity"))
    assert identity["aliases"] == "Invented Name"


# The script


def saving(browser, url: str, **more: object):
    return browser.client.post(
        url, data=typed(browser, url, **more), headers={"X-Draft": "saving"}
    )


def test_the_script_saves_and_learns_the_next_revision(office, draft):
    url = f"{draft}/sections/capabilities"

    first = saving(office, url, icu__statement="Nine")

    assert first.json["state"] == "saved"
    assert fields(office.open(url))["revision"] == str(first.json["revision"])


def test_the_script_is_told_of_a_conflict(office, colleague, draft):
    url = f"{draft}/sections/capabilities"
    mine = typed(colleague, url, icu__statement="Ten")
    saving(office, url, icu__statement="Nine")

    answer = colleague.client.post(url, data=mine, headers={"X-Draft": "saving"})

    assert (answer.status_code, answer.json["state"]) == (409, "conflict")


# Handing in


def hand_in(office, draft):
    return office.send(f"{draft}/check", check_values(office, draft))


def test_what_the_linter_finds_is_told_but_does_not_stop(desk, office, draft):
    save(
        office,
        f"{draft}/sections/capabilities",
        icu__statement="The best ward in China, 100% cured.",
    )
    page = office.open(f"{draft}/check")

    assert "Best, first, only" in page.text
    assert "(rule L2)" in page.text
    assert hand_in(office, draft).status_code == 303
    outcome = office.open(f"{draft}/outcome").text
    assert "What happens next" in outcome
    assert "not decided yet" in outcome


def test_pressing_twice_hands_in_once(desk, office, draft):
    save(office, f"{draft}/sections/capabilities", icu__statement="Nine beds.")
    page = office.open(f"{draft}/check")
    data = {name: page.value(name) for name in ("csrf_token", "revision", "over")}

    first = office.client.post(f"{draft}/check", data=data)
    second = office.client.post(f"{draft}/check", data=data)

    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"].endswith("/outcome")
    assert len(rows(desk, SubmissionField)) == 1


def test_what_changed_since_the_page_was_opened_is_not_handed_in(
    office, colleague, draft
):
    url = f"{draft}/sections/capabilities"
    save(office, url, icu__statement="Nine beds.")
    sent = check_values(office, draft)
    save(colleague, url, icu__statement="Ten beds.")

    page = office.post(f"{draft}/check", sent, status=409)

    assert "was changed since you opened this page" in page.text
    assert hand_in(office, draft).status_code == 303


def test_after_handing_in_the_back_button_changes_nothing(desk, office, draft):
    url = f"{draft}/sections/capabilities"
    save(office, url, icu__statement="Nine beds.")
    old = typed(office, url, icu__statement="Late words.")
    hand_in(office, draft)

    answer = office.client.post(url, data=old)

    assert answer.headers["Location"].endswith("/outcome")
    assert "Late words." not in str(rows(desk)[0].typed)


def test_what_was_handed_in_can_be_taken_back(office, draft):
    save(office, f"{draft}/sections/capabilities", icu__statement="Nine beds.")
    hand_in(office, draft)
    token = office.open(f"{draft}/outcome").value("csrf_token")

    office.client.post(f"{draft}/take-back", data={"csrf_token": token})

    assert "It is a draft again" in office.open(draft).text


def test_reasons_of_a_moderator_stand_at_their_fields(desk, office, draft):
    url = f"{draft}/sections/capabilities"
    save(office, url, icu__statement="Nine beds.")
    hand_in(office, draft)
    with desk.tools.sessions.begin() as session:
        row = session.scalars(select(Submission)).one()
        row.state, row.reason = "sent-back", "Please <b>mend</b> it."
        field = session.scalars(select(SubmissionField)).one()
        field.decision, field.reason = "sent-back", "Name the page, please."

    assert "Name the page, please." in office.open(url).text
    assert "Please <b>mend</b> it." in office.open(draft).text
    assert "Please <b>mend</b> it." in office.open("/en/hospital/").text
    assert "Name the page, please." in office.open(f"{draft}/outcome").text


@pytest.mark.parametrize(
    ("section", "change", "field"),
    [
        ("identity", {"name_ru": "Больница"}, "names.ru"),
        ("contact", {"rows-0-en": "Moved Road"}, "address"),
        ("services", {"interpreter-value": "no"}, "capability.interpreter"),
    ],
)
def test_a_reason_stands_where_the_field_is(
    desk, office, draft, section, change, field
):
    url = f"{draft}/sections/{section}"
    save(office, url, **change)
    hand_in(office, draft)
    with desk.tools.sessions.begin() as session:
        session.scalars(select(Submission)).one().state = "sent-back"
        row = session.query(SubmissionField).filter_by(field=field).one()
        row.decision, row.reason = "sent-back", "Look again, please."

    assert "Look again, please." in office.open(url).text


def test_a_reason_about_a_trial_stands_at_the_trial(desk, office, draft):
    url = f"{draft}/sections/trials"
    save(office, url, add="row")
    row = next(name for name in fields(office.open(url)) if name.endswith("-id"))
    save(office, url, **{row: "NCT01234567"})
    hand_in(office, draft)
    with desk.tools.sessions.begin() as session:
        session.scalars(select(Submission)).one().state = "sent-back"
        found = session.scalars(select(SubmissionField)).one()
        found.decision, found.reason = "sent-back", "Which role?"

    page = office.open(url)

    entry = next(page.all("fieldset", id="row-0"))
    assert "Which role?" in "".join(entry.itertext())


def test_a_draft_is_discarded_after_one_question(desk, office, draft):
    assert office.send(f"{draft}/discard").status_code == 303

    assert rows(desk)[0].state == "discarded"
    assert "The draft was discarded." in office.open("/en/hospital/").text


def test_the_preview_is_the_public_page_marked_as_a_draft(office, draft):
    url = f"{draft}/sections/capabilities"
    save(office, url, neurology__value="yes", neurology__statement="Two wards.")

    page = office.open(f"{draft}/preview")

    assert "This is a draft." in page.text
    assert "Two wards." in page.text
    assert page.response.headers["Cache-Control"] == "no-store"


# A first listing


def test_a_hospital_that_is_not_listed_begins_with_its_claim(desk):
    office = desk.sit(Role.HOSPITAL_EDITOR)
    office.open("/en/hospital/first", status=404)
    approve_a_claim(desk, desk.seat(office))
    page = office.open("/en/hospital/first")
    assert page.value("name_en") == "Invented Oak Hospital"
    office.post("/en/hospital/first", {"name_en": "x", "city": "nowhere"}, status=422)

    answer = office.send(
        "/en/hospital/first",
        {"name_en": "Invented Oak Hospital", "city": "beijing"},
    )

    draft = answer.headers["Location"]
    assert office.open(draft).heading == "Invented Oak Hospital"
    assert "Put this right first" in office.open(f"{draft}/check").text
    save(
        office,
        f"{draft}/sections/identity",
        types=["public"],
        type_stated="public",
    )
    office.open(f"{draft}/preview")
    assert hand_in(office, draft).status_code == 303
    assert "needs two moderators" in office.open(f"{draft}/outcome").text


def approve_a_claim(desk, seat: At) -> None:
    with desk.tools.sessions.begin() as session:
        session.add(
            ListingClaim(
                public_id="0" * 32,
                kind="center",
                named="Invented Oak Hospital",
                person_id=seat.person,
                position="",
                note="",
                proof="letter",
                state="approved",
                made_at=NOW,
                organization_id=seat.organization,
            )
        )


# Others


@pytest.mark.parametrize(
    "path",
    [
        *("", "/sections/identity", "/sections/trials"),
        *("/check", "/preview", "/outcome", "/discard"),
    ],
)
def test_another_hospital_does_not_learn_of_a_draft(desk, draft, path):
    stranger = desk.keeper("ruijin-hospital")

    stranger.open(f"{draft}{path}", status=404)


@pytest.mark.parametrize(
    "path", ["/sections/identity", "/sections/identity/choice", "/check", "/take-back"]
)
def test_another_hospital_changes_nothing(desk, office, draft, path):
    stranger = desk.keeper("ruijin-hospital")
    token = stranger.open("/en/hospital/").value("csrf_token")
    before = rows(desk)[0].revision

    answer = stranger.client.post(f"{draft}{path}", data={"csrf_token": token})

    assert answer.status_code == 404
    assert rows(desk)[0].revision == before


def test_a_section_that_is_none_is_not_found(office, draft):
    office.open(f"{draft}/sections/everything", status=404)


# Bad input


NAUGHTY = [
    "<script>alert(1)</script>",
    "**bold** [link](javascript:alert(1))",
    "'; DROP TABLE submission; --",
    "{{ 7 * 7 }} {% raw %} ${7*7} %(name)s %s",
    "\x00\x01\x02 words",
    "a\u202eb\u2066c",
    "\ufeff\u200b\u200d",
    "=1+1|cmd",
    "../../etc/passwd",
    "\ud7ff\U0001f9ec\u0301\u0301\u0301 ЖЖ 中文 العربية",
    "line\r\nline\n\nline",
    "\\u0000 \\x00 &#0; &amp;lt;",
    "undefined null NaN -0 1e309",
]


@pytest.mark.parametrize("words", NAUGHTY)
@pytest.mark.parametrize("section", SECTIONS)
def test_naughty_words_in_every_field_stay_words(office, draft, section, words):
    url = f"{draft}/sections/{section}"
    if section in {"contact", "therapies", "trials"}:
        save(office, url, add="accreditation")
    sent = fields(office.open(url))
    kept = {"csrf_token", "revision"}
    data = {name: value if name in kept else words for name, value in sent.items()}

    answer = office.client.post(url, data=data)

    assert answer.status_code == 303
    page = office.open(url)
    assert "<script>alert" not in page.response.get_data(as_text=True)
    assert "49" not in re.findall(r"\d+", page.text) or "49" in words
    office.open(draft)
    office.open(f"{draft}/check")


def test_words_in_html_are_shown_as_words(office, draft):
    url = f"{draft}/sections/capabilities"
    save(office, url, neurology__value="yes", neurology__statement="<b>Two</b> *wards*")

    for path in ("/check", "/preview"):
        assert "<b>Two</b> *wards*" in office.open(f"{draft}{path}").text


def test_ten_thousand_characters_are_kept_and_one_more_is_refused(office, draft):
    url = f"{draft}/sections/capabilities"

    kept = save(office, url, icu__statement="文" * 10_000)
    assert kept.status_code == 303
    assert "2,000 characters at most" in office.open(url).text
    longer = save(office, url, icu__statement="文" * 10_001)
    page = office._read(url, longer, 422)
    assert fields(page)["icu-statement"] == "文" * 10_001


def test_a_form_without_a_token_comes_back_with_what_was_typed(office, draft):
    url = f"{draft}/sections/capabilities"
    data = typed(office, url, icu__statement="Nine beds.") | {"csrf_token": "old"}

    page = office._read(url, office.client.post(url, data=data), 400)

    assert fields(page)["icu-statement"] == "Nine beds."
    assert "What you typed is still here" in page.text


def test_buttons_without_a_token_do_nothing(desk, office, draft):
    for path in (f"{draft}/take-back", f"/en/hospital/listings/{SLUG}/draft"):
        assert office.client.post(path).status_code == 400
    assert office.client.post(f"{draft}/discard").status_code == 400
    assert rows(desk)[0].state == "draft"


def test_while_nothing_can_be_stored_what_was_typed_comes_back(desk, office, draft):
    url = f"{draft}/sections/capabilities"
    data = typed(office, url, icu__statement="Nine beds.")
    places = desk.app.extensions["writing"]
    for _place in range(3):
        assert places.acquire(timeout=1)
    try:
        answer = office.client.post(url, data=data)
    finally:
        for _place in range(3):
            places.release()

    page = office._read(url, answer, 503)
    assert fields(page)["icu-statement"] == "Nine beds."
    assert answer.headers["Retry-After"]
    assert rows(desk)[0].typed == {}


def test_the_wrong_revision_is_no_fault(office, draft):
    url = f"{draft}/sections/capabilities"

    for revision in ("", "x", "-1", "9" * 30):
        sent = typed(office, url, icu__statement="Nine", revision=revision)
        assert office.client.post(url, data=sent).status_code in {409, 422}
