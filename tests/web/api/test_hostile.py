"""Hostile input gets an ordinary answer or a clear refusal."""

from __future__ import annotations

import pytest

from directory.exports.answers import Answer
from directory.exports.problems import Problem

TEXTS = {
    "empty": "",
    "blanks": " \t\r\n\u3000\u00a0",
    "ten kilobytes": "骨髓瘤 icu " * 800,
    "one long word": "a" * 10_000,
    "one long Chinese word": "医" * 10_000,
    "wildcards": "* ? ** *? ???",
    "a leading wildcard": "*emia",
    "many wildcards": "a*b*c*d*e*f*g*h*" * 50,
    "unbalanced quotes": 'icu "guangzhou',
    "many quotes": '"' * 5000,
    "an unbalanced bracket": "(icu OR (guangzhou",
    "deep booleans": "(" * 2000 + "icu" + ")" * 2000,
    "operators": "AND OR NOT ANDNOT ANDMAYBE REQUIRE",
    "a field of the index": "id:x OR name:* OR _:[TO]",
    "a range": "[a TO z} {z TO a]",
    "boosts and slops": 'icu^99999999 "a b"~99999999 icu~9/9',
    "NUL": "icu\x00guangzhou",
    "controls": "".join(map(chr, range(1, 32))),
    "a right-to-left override": "\u202eicu\u202c",
    "isolates": "\u2066\u2067\u2068icu\u2069",
    "joiners": "i\u200dc\u200cu\ufeff",
    "marks of highlights": "\ue000icu\ue001",
    "a stack of accents": "e" + "\u0301" * 5000,
    "beyond the plane": "\U0001f9ec\U0002a6a5" * 200,
    "noncharacters": "\uffff\ufffe",
    "the last character": "\U0010ffff",
    "compatibility": "ﷺ" * 1000,
    "a dotted capital": "İ" * 3000,
    "a sharp s": "ß" * 3000,
    "markup": "<script>alert(1)</script>",
    "a template": "{{7*7}}{% raise %}${7*7}",
    "SQL": "'; DROP TABLE listing; --",
    "a path": "../../../../etc/passwd",
    "a format": "%s%n%x{0.__class__}",
    "a header": "x\r\nSet-Cookie: a=b",
    "a number": "9" * 5000,
    "a code that is none": "NCT" + "0" * 400,
    "every script": "icu 重症 реанимация عناية ไอซียู ICU",
}

RAW = {
    "a lone surrogate": "q=%ED%A0%80",
    "no UTF-8": "q=%FF%FE%C0%80",
    "a cut sequence": "q=%E5%B9",
    "a bad escape": "q=%ZZ%",
    "no name": "=icu",
    "no value": "q",
    "only separators": "&&&&;;;",
    "many parameters": "&".join(f"a{number}" for number in range(1000)),
    "one filter a thousand times": "&".join(["city=beijing"] * 500),
    "a thousand values": "&".join(f"city=c{number}" for number in range(500)),
    "brackets": "city[]=beijing&filters[city]=x",
    "a fullwidth name": "%EF%BD%91=icu",
    "a NUL in a key": "city=beijing%00",
    "a page of digits": "page=" + "9" * 4000,
    "a signed page": "page=%2B1",
    "a page in another script": "page=%D9%A1",
    "a float": "page=1.0",
    "a page past the end": "page=500&per_page=100",
}


@pytest.fixture
def client(site):
    return site.test_client()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_gets_an_ordinary_answer(client, text):
    response = client.get("/api/v1/search", query_string={"q": text})

    assert response.status_code == 200
    told = Answer.model_validate(response.json)
    assert len(told.query.text) <= len(text)
    assert len(response.data) < 100_000
    assert len(response.headers["Link"]) < 8_000
    assert all(
        "\ue000" not in words and "\ue001" not in words
        for item in told.items
        for words in (*item.highlights, *item.why)
    )


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/centers"])
def test_any_parameters_get_an_answer_or_a_clear_refusal(client, path, raw):
    response = client.get(f"{path}?{raw}")

    assert response.status_code in {200, 400}
    if response.status_code == 200:
        Answer.model_validate(response.json)
    else:
        Problem.model_validate(
            {name: response.json[name] for name in Problem.model_fields}
        )
        assert response.json["errors"]
    assert len(response.data) < 100_000


@pytest.mark.parametrize(
    "slug",
    [
        "%00",
        "..%2f..%2fsetup.cfg",
        "%2e%2e",
        "nanfang-hospital%00",
        "nanfang-hospital%0a",
        "NANFANG-HOSPITAL",
        "nanfang_hospital",
        "-",
        "a--b",
        "a" * 5000,
        "-".join("a" * 3000),
        "%ED%A0%80",
        "%E5%8D%97%E6%96%B9",
        "%u0041",
        "'or'1'='1",
    ],
)
@pytest.mark.parametrize("folder", ["centers", "facilitators", "therapies", "guides"])
def test_a_slug_that_is_none_is_not_found(client, folder, slug):
    response = client.get(f"/api/v1/{folder}/{slug}")

    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"


def test_a_page_past_the_end_is_empty_and_says_where_the_end_is(client):
    told = client.get("/api/v1/centers?page=500&per_page=100").json

    assert told["items"] == []
    assert told["total"] == 47
    assert told["links"]["last"] == "/api/v1/centers?per_page=100"
    assert told["links"]["next"] is None
