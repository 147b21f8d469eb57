"""Forms through the kit's components: labels, hints, errors, choices."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from flask import render_template_string
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired

from tests.browser import Browser, Page, read, words
from tests.web.conftest import wire

CHOICES = [
    SelectChoice("a", "First", render_kw={"hint": "The first of two"}),
    SelectChoice("b", "Second"),
]

PAGE = """
{% extends "base.html" %}
{% from "parts/fields.html" import error_summary, field, submit %}
{% block title %}Form{% endblock %}
{% block main %}
{{ error_summary(form) }}
<h1>Form</h1>
<form method="post" action="/form" novalidate>
{{ form.csrf_token }}
{% for each in form if each.name != "csrf_token" %}
{{ field(each, size="m") }}
{% endfor %}
{{ submit("Send") }}
</form>
{% endblock %}
"""


class EveryForm(FlaskForm):
    """One field of each kind."""

    email = EmailField(
        "Email",
        [InputRequired("Enter your email")],
        description="We write only once",
        render_kw={"autocomplete": "email"},
    )
    words = TextAreaField("Words", [InputRequired("Write something")])
    one = RadioField("One", [InputRequired("Choose one")], choices=CHOICES)
    city = SelectField("City", choices=CHOICES)
    many = SelectMultipleField("Many", [InputRequired("Choose some")], choices=CHOICES)
    agreed = BooleanField("I agree", [InputRequired("Agree first")])


@pytest.fixture
def form_site(tools) -> Browser:
    site = Browser(wire(tools))

    def view() -> tuple[str, int]:
        form = EveryForm()
        refused = form.is_submitted() and not form.validate()
        return render_template_string(PAGE, form=form), 422 if refused else 200

    site.app.add_url_rule("/form", "form", view, methods=["GET", "POST"])
    return site


def described(page: Page, name: str) -> str:
    field = next(
        each
        for tag in ("input", "textarea", "select")
        for each in page.all(tag, name=name)
    )
    ids = field.get("aria-describedby", "").split()
    return " ".join(words(page_id(page, each)) for each in ids)


def page_id(page: Page, name: str) -> Element:
    return next(each for each in page.tree.iter() if each.get("id") == name)


def test_fields_have_labels_hints_and_choices(form_site):
    page = form_site.open("/form")

    assert not page.by_class("nhsuk-error-summary")
    assert not page.title.startswith("Error:")
    assert described(page, "email") == "We write only once"
    assert next(page.all("input", name="email")).get("autocomplete") == "email"
    assert next(page.all("input", name="email")).get("type") == "email"
    assert [each.get("value") for each in page.all("input", name="one")] == ["a", "b"]
    assert described(page, "one") == "The first of two"
    assert [words(each) for each in page.all("option")] == ["First", "Second"]
    assert {words(each) for each in page.all("legend")} >= {"One", "Many"}


def test_a_refused_form_says_what_is_wrong_and_where(form_site):
    page = form_site.post(
        "/form", {"words": "kept <as> typed", "city": "a"}, status=422
    )

    summary = page.by_class("nhsuk-error-summary")[0]
    said = {words(each): each.get("href", "") for each in summary.iter("a")}
    assert set(said) == {"Enter your email", "Choose one", "Choose some", "Agree first"}
    for href in said.values():
        assert page_id(page, href[1:]).tag == "input"
    assert page.title.startswith("Error: ")
    assert "Enter your email" in described(page, "email")
    assert words(next(page.all("textarea"))) == "kept <as> typed"


def test_choices_are_kept(form_site):
    page = form_site.post("/form", {"one": "b", "many": ["a", "b"]}, status=422)

    chosen = [
        (each.get("name"), each.get("value"))
        for each in page.all("input")
        if each.get("checked") is not None
    ]
    assert chosen == [("one", "b"), ("many", "a"), ("many", "b")]


def test_the_strict_reader_refuses_what_it_should(form_site):
    good = form_site.client.get("/form").get_data(as_text=True)
    spoilt = {
        "no label": good.replace('for="email"', ""),
        "two h1": good.replace("</h1>", "</h1><h1>Again</h1>"),
        "inline": good.replace("<h1>", '<h1 onclick="x()">'),
        "style": good.replace("<h1>", '<h1 style="color:red">'),
        "foreign": good.replace("<h1>", '<img src="//x.example/a" alt=""><h1>'),
        "repeated id": good.replace("<h1>", '<p id="email">x</p><h1>'),
        "bad HTML": good.replace("</h1>", "</h2>"),
        "language": good.replace('lang="en"', 'lang="xx"'),
        "token": good.replace('name="csrf_token"', 'name="other"'),
        "dead description": good.replace('id="email-hint"', ""),
        "dead link": good.replace("<h1>", '<a href="#nowhere">x</a><h1>'),
    }

    answer = form_site.client.get("/form")
    for what, html in spoilt.items():
        assert html != good, what
        answer.response = [html.encode()]
        with pytest.raises(AssertionError):
            read("/form", answer)
