"""A set of rules is read from JSON; each fault is said with line, rule and field."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.cases.rules.rule_texts import (
    LONGEST,
    RulesRefusedError,
    digest,
    lines,
    read_rules,
    written,
)
from tests.web.test_naughty import NAUGHTY

GOOD = """{
  "format": 1,
  "note": "Why",
  "rules": [
    {
      "name": "first",
      "check": {"about": "capability", "key": "icu"},
      "verdict": "must"
    },
    {
      "name": "second",
      "when": {"age": "minor", "wanted": ["trial"]},
      "check": {"about": "capacity", "states": ["full"]},
      "verdict": "prefer",
      "weight": 3
    }
  ]
}
"""


def faults(text):
    with pytest.raises(RulesRefusedError) as refused:
        read_rules(text)
    return [str(fault) for fault in refused.value.faults]


def test_what_is_written_is_read_again():
    document = read_rules(GOOD)

    assert read_rules(written(document)) == document
    assert len(digest(document)) == 64


def test_the_note_does_not_change_the_digest_and_a_rule_does():
    other = read_rules(GOOD.replace('"Why"', '"Because"'))
    changed = read_rules(GOOD.replace('"weight": 3', '"weight": 4'))

    assert digest(other) == digest(read_rules(GOOD)) != digest(changed)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"key": "icu"', '"key": "pool"', "line 7, rule 'first' (1), check.key:"),
        ('"capability"', '"price"', "line 7, rule 'first' (1), check.about: expected"),
        ('"must"', '"perhaps"', "line 8, rule 'first' (1), verdict:"),
        ('"minor"', '"old"', "line 12, rule 'second' (2), when.age:"),
        ('"trial"', '"cure"', "line 12, rule 'second' (2), when.wanted.0:"),
        ('"full"', '"empty"', "line 13, rule 'second' (2), check.states.0:"),
        ('"weight": 3', '"weight": 0', "line 15, rule 'second' (2), weight:"),
        ('"weight": 3', '"weight": 101', "line 15, rule 'second' (2), weight:"),
        ('"weight": 3', '"weight": "3 kg"', "line 15, rule 'second' (2), weight:"),
        ('"weight": 3', '"price": 3', "line 15, rule 'second' (2), price: this field"),
        (
            ',\n      "weight": 3',
            "",
            "line 10, rule 'second' (2): verdict 'prefer' needs",
        ),
        (
            '"must"',
            '"must", "weight": 2',
            "line 5, rule 'first' (1): verdict 'must' has",
        ),
        ('"second"', '"first"', "line 1: two rules are called 'first'"),
        ('"second"', '"Not a name"', "line 11, rule 'Not a name' (2), name:"),
        ('"name": "first",', "", "line 5, rule 1, name: this field is missing"),
        ('"format": 1', '"format": 2', "line 2, format:"),
        ('"format": 1,', "", "line 1, format: this field is missing"),
        ('"note": "Why",', '"format": 1,', "line 3: 'format' stands twice"),
        ('"verdict": "must"', '"name": "first"', "line 8: 'name' stands twice"),
        ('"format": 1,', '"format": 1', "line 3: this is not JSON:"),
    ],
)
def test_each_fault_is_said_where_it_is(old, new, said):
    assert old in GOOD

    assert any(each.startswith(said) for each in faults(GOOD.replace(old, new, 1)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "1",
        '{"format": 1, "rules": []}',
        '{"format": 1, "rules": {}}',
        '{"format": 1, "rules": [null]}',
        '{"format": 1, "rules": [NaN]}',
        "[" * 100_000,
        " " * (LONGEST + 1),
        '{"format": 1e999, "rules": 9' + "9" * 5000 + "}",
    ],
)
def test_what_is_no_set_is_refused(text):
    assert faults(text)


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_strange_names_are_refused_and_said(naughty):
    text = json.dumps(
        {
            "format": 1,
            "rules": [
                {"name": naughty, "check": {"about": "load", "at_least": 1}}
                | {"verdict": "must"}
            ],
        }
    )

    said = faults(text)

    assert said[0].startswith("line 1, rule ")
    assert ", name: " in said[0]


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(plain, st.sampled_from([None, 0, 2]))
def test_every_value_of_a_text_has_its_line(value, indent):
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    found = lines(text)

    def walk(value, place):
        assert place in found
        pairs = list(value.items()) if isinstance(value, dict) else []
        if isinstance(value, list):
            pairs = list(enumerate(value))
        for key, child in pairs:
            walk(child, (*place, key))

    walk(value, ())
    assert set(found.values()) <= set(range(1, text.count("\n") + 2))
