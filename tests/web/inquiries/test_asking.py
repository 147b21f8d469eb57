import pytest
from sqlalchemy import text

from tests.browser import Browser, read
from tests.web.inquiries.pages import (
    CONSENTS,
    ILLNESS,
    PERSON,
    WHERE,
    answer,
    go,
    rows,
    send,
)

FORM = "application/x-www-form-urlencoded"
FILES = "".join(
    f'--x\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\n\r\nx\r\n'
    for name in ("email", "code")
) + ("--x--\r\n")


@pytest.mark.parametrize(
    ("url", "before"),
    [
        ("/inquiries/new", 0),
        ("/inquiries/illness", 1),
        ("/inquiries/where", 2),
    ],
)
def test_an_empty_page_is_refused_with_an_error_for_each_question(browser, url, before):
    for page, data, to in (
        ("/inquiries/new", PERSON, "/inquiries/illness"),
        ("/inquiries/illness", ILLNESS, "/inquiries/where"),
    )[:before]:
        go(browser, page, data, to)

    page = browser.post(url, {}, 422)

    assert page.title.startswith("Error:")
    assert page.by_class("nhsuk-error-summary")


def test_what_was_typed_is_still_there_when_a_page_is_refused(browser):
    page = browser.post("/inquiries/new", PERSON | {"email": "nonsense"}, 422)

    checked = {
        (field.get("name"), field.get("value"))
        for field in page.all("input")
        if "checked" in field.attrib
    }
    assert {("asker", "other"), ("relationship", "parent"), ("age", "adult")} <= checked
    assert page.value("email") == "nonsense"
    chosen = [o.get("value") for o in page.all("option") if "selected" in o.attrib]
    assert chosen == ["KZ", "ru"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"standing": ""}, "Say by what right you ask"),
        ({"standing": "invented"}, "Say by what right you ask"),
        ({"relationship": ""}, "Say who the patient is to you"),
        ({"age": "minor"}, "a parent, legal guardian"),
        ({"asker": "self", "age": "minor"}, "A parent or legal guardian needs to ask"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "a@b"}, "Enter an email address such as"),
        ({"country": "ZZ"}, "choice"),
        ({"language": "xx"}, "choice"),
        ({"company": "We sell"}, "Leave this field empty"),
    ],
)
def test_answers_that_do_not_stand_are_refused_in_words(app, browser, change, said):
    page = browser.post("/inquiries/new", PERSON | change, 422)

    assert said in page.text
    assert rows(app) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"health": None}, "Without your agreement the illness cannot be kept"),
        ({"diagnosis": "unheard-of"}, "choice"),
        ({"wanted": []}, "Say what you hope to find"),
        ({"drug_classes": ["none", "car-t"]}, "cannot be chosen together"),
        ({"question": "x" * 1001}, "Shorten your question"),
        ({"question": "ID 110105194912310021"}, "identity and card numbers"),
    ],
)
def test_the_illness_is_refused_in_words_and_kept_on_the_page(browser, change, said):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    data = {k: v for k, v in (ILLNESS | change).items() if v is not None}

    page = browser.post("/inquiries/illness", data, 422)

    assert said in page.text


def test_a_question_of_a_thousand_characters_with_line_ends_fits(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    question = ("x" * 99 + "\r\n") * 10
    go(
        browser,
        "/inquiries/illness",
        ILLNESS | {"question": question},
        "/inquiries/where",
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"whom": "centers"}, "Choose at least one center"),
        (
            {
                "whom": "centers",
                "centers": [
                    f"{d}-invented" for d in ("east", "west", "north", "south")
                ],
            },
            "Choose at most three centers",
        ),
        ({"whom": "centers", "centers": ["nowhere"]}, "choice"),
        ({"whom": "facilitator"}, "Choose a facilitator"),
        ({"whom": "facilitator", "facilitator": "nowhere"}, "no longer listed"),
    ],
)
def test_nobody_or_too_many_are_refused_in_words(browser, data, said):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")

    assert said in browser.post("/inquiries/where", data, 422).text


def test_the_center_that_somebody_came_from_is_chosen_already(browser):
    page = browser.open("/inquiries/new?center=west-invented")
    token = page.value("csrf_token")
    assert page.value("center") == "west-invented"
    browser.client.post(
        "/inquiries/new",
        data={"csrf_token": token, "center": "west-invented", **PERSON},
    )
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")

    page = browser.open("/inquiries/where")

    checked = {
        field.get("value") for field in page.all("input") if "checked" in field.attrib
    }
    assert checked == {"centers", "west-invented"}


@pytest.mark.parametrize("center", ["nowhere", "%3Cscript%3E", "a" * 3000, "%00"])
def test_an_unknown_center_in_the_address_is_passed_over(browser, center):
    page = browser.open(f"/inquiries/new?center={center}")
    browser.client.post(
        "/inquiries/new",
        data={
            "csrf_token": page.value("csrf_token"),
            "center": page.value("center"),
            **PERSON,
        },
    )

    browser.open("/inquiries/illness")


def test_a_facilitators_cautions_stand_before_its_consent(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    go(
        browser,
        "/inquiries/where",
        {"whom": "facilitator", "facilitator": "bridge-invented"},
        "/inquiries/documents",
    )

    page = browser.open("/inquiries/consents")

    words = page.text
    assert words.index("Who pays it is not stated.") < words.index(
        "are shown to Bridge Invented"
    )
    assert "Go to a center directly instead" in words


def test_no_box_is_ticked_for_anybody(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    page = browser.open("/inquiries/illness")
    assert not [f for f in page.all("input", type="checkbox") if "checked" in f.attrib]
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    go(browser, "/inquiries/where", WHERE, "/inquiries/documents")

    page = browser.open("/inquiries/consents")

    boxes = [f.get("name") for f in page.all("input", type="checkbox")]
    assert boxes == [
        "transfer",
        "share-center-east-invented",
        "share-center-west-invented",
    ]
    assert not [f for f in page.all("input", type="checkbox") if "checked" in f.attrib]


def test_every_consent_may_be_refused_and_the_check_says_what_follows(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")
    go(browser, "/inquiries/illness", ILLNESS, "/inquiries/where")
    go(browser, "/inquiries/where", WHERE, "/inquiries/documents")
    go(browser, "/inquiries/consents", {}, "/inquiries/check")

    words = browser.open("/inquiries/check").text

    assert words.count("Not agreed:") == 3
    assert "nothing is passed to any center or facilitator" in words


def test_leaving_and_coming_back_finds_everything_typed(browser):
    answer(browser)

    page = browser.open("/inquiries/new")

    assert "Go on where you were" in page.text
    assert page.value("email") == PERSON["email"]
    question = next(browser.open("/inquiries/illness").all("textarea"))
    assert question.text.strip() == ILLNESS["question"]
    boxes = {
        field.get("name")
        for field in browser.open("/inquiries/consents").all("input", type="checkbox")
        if "checked" in field.attrib
    }
    assert boxes == {"transfer", "share-center-east-invented"}


def test_one_answer_is_changed_from_the_check_and_leads_back_to_it(browser):
    answer(browser)
    link = browser.open("/inquiries/check").link("Change who asks")

    go(browser, link, PERSON | {"country": "RU"}, "/inquiries/check")

    assert "Russia" in browser.open("/inquiries/check").text


def test_other_recipients_are_asked_about_before_the_check(browser):
    answer(browser)
    link = browser.open("/inquiries/check").link("Change who should read it")

    go(
        browser,
        link,
        {"whom": "centers", "centers": ["north-invented"]},
        "/inquiries/consents",
    )

    response = browser.client.get("/inquiries/check")
    assert response.headers["Location"] == "/inquiries/consents"


def test_without_cookies_the_first_page_keeps_what_was_typed_and_says_why(app):
    blind = Browser(app)
    blind.client = app.test_client(use_cookies=False)

    page = blind.post("/inquiries/new", PERSON, 400)

    assert page.title.startswith("Error:")
    assert "allow cookies" in page.text
    assert page.value("email") == PERSON["email"]
    assert rows(app) == []


def test_without_cookies_the_other_pages_say_why_nothing_is_there(app):
    blind = Browser(app)
    blind.client = app.test_client(use_cookies=False)

    for url in ("illness", "where", "consents", "check", "receipt", "confirm"):
        page = blind.open(f"/inquiries/{url}", 404)
        assert "does not keep cookies" in page.text


def test_a_form_without_its_token_keeps_what_was_typed(app, browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")

    response = browser.client.post("/inquiries/illness", data=ILLNESS)

    assert response.status_code == 400
    page = read("/inquiries/illness", response)
    assert "send it once more" in page.text
    assert str(ILLNESS["question"]) in "".join(next(page.all("textarea")).itertext())
    with app.extensions["directory"].reading() as session:
        assert session.scalar(text("SELECT revision FROM inquiry")) == 1


@pytest.mark.parametrize(
    "url", ["illness", "where", "consents", "check", "confirm", "discard"]
)
def test_a_form_without_token_or_draft_is_an_ordinary_page(browser, url):
    response = browser.client.post(f"/inquiries/{url}", data=ILLNESS)

    assert response.status_code == (400 if url == "discard" else 404)
    read(f"/inquiries/{url}", response)


@pytest.mark.parametrize("url", ["new", "track"])
@pytest.mark.parametrize(
    "sent",
    [
        {"data": '{"a":' * 50_000, "content_type": "application/json"},
        {"data": "[1]", "content_type": "application/json"},
        {"json": PERSON},
        {"data": FILES, "content_type": "multipart/form-data; boundary=x"},
        {"data": "x", "content_type": "multipart/form-data"},
        {"data": b"email=%ED%A0%80&code=%00%FF", "content_type": FORM},
    ],
    ids=["deep", "list", "json", "file", "no boundary", "not text"],
)
def test_what_no_form_sends_is_refused_in_words(app, browser, url, sent):
    token = browser.open(f"/inquiries/{url}").value("csrf_token")

    response = browser.client.post(
        f"/inquiries/{url}", headers={"X-CSRFToken": token}, **sent
    )

    assert response.status_code in {400, 422}
    read(f"/inquiries/{url}", response)
    assert rows(app) == []


def test_a_draft_of_thirty_days_ago_is_gone(browser, clock):
    answer(browser)
    clock.move(days=30)

    assert "not changed for 30 days" in browser.open("/inquiries/check", 404).text
    assert "You need no account" in browser.open("/inquiries/new").text


def test_consents_before_a_choice_lead_to_the_choice(browser):
    go(browser, "/inquiries/new", PERSON, "/inquiries/illness")

    response = browser.client.get("/inquiries/consents")

    assert response.headers["Location"] == "/inquiries/where"


@pytest.mark.parametrize("language", ["zh", "ru", "ar"])
def test_every_page_stands_in_every_language(browser, clock, language):
    answer(browser)
    for url in ("new", "illness", "where", "consents", "check", "discard"):
        browser.open(f"/{language}/inquiries/{url}")
    clock.move(minutes=5)
    send(browser)
    for url in ("receipt", "confirm", "done", "discarded", "leave", "track"):
        browser.open(f"/{language}/inquiries/{url}")


def test_the_ticks_of_consents_belong_to_this_draft_only(browser):
    answer(browser)
    other = Browser(browser.app)

    assert other.client.get("/inquiries/consents").status_code == 404
    assert CONSENTS
