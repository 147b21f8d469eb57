"""Seed files: what they hold, how a wrong one is named, and how they are loaded."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from directory.audit.model import Entry
from directory.cli.seed import (
    SeedRefusedError,
    load_seed,
    schemas,
    seed,
)
from directory.cli.seed_files import (
    read,
)
from directory.cli.seed_kinds import read_all
from directory.cli.wiring import Wiring
from directory.core.actor import system
from directory.core.config import load
from directory.core.db import make_engine, make_sessions
from directory.core.work import Work
from directory.knowledge.model import TherapyRow
from directory.listings.actions import draft, publish, withdraw
from directory.listings.model import Listing, Version
from directory.listings.queries import (
    CenterPage,
    ListingPage,
    center_page,
    center_pages,
    city_profiles,
    counts,
    facilitator_pages,
)
from directory.listings.rules.document import CAPABILITIES, Basis, Kind, Value
from directory.outbox.queries import head
from directory.vocabulary.model import TermRow
from tests.conftest import NOW, ROOT

SEED = ROOT / "seed"
NANFANG = "listings/guangzhou/nanfang-hospital.yaml"
TODAY = NOW.date()


@pytest.fixture(scope="module")
def documents():
    loaded, errors = read_all(SEED)
    assert errors == []
    return loaded


@pytest.fixture
def sqlite_work(sqlite_url):
    """A unit of work for what does not depend on the database."""
    engine = make_engine(sqlite_url)
    with make_sessions(engine)() as session:
        yield Work(session, system("test"), NOW)
    engine.dispose()


@pytest.fixture
def folder(tmp_path):
    """A copy of the seed files that a test may spoil."""
    return Path(shutil.copytree(SEED, tmp_path / "seed"))


def test_what_the_seed_holds(documents):
    subjects = Counter(
        getattr(entry.document, "state", "published")[:1] + ":" + entry.subject
        for entry in documents
        if entry.subject in {"center", "facilitator", "city", "therapy"}
    )

    assert subjects == {
        "p:center": 47,
        "d:center": 9,
        "p:facilitator": 12,
        "p:city": 4,
        "p:therapy": 13,
    }


def test_how_well_the_capabilities_are_known(documents):
    known = Counter(
        (capability.value, capability.basis)
        for entry in documents
        if entry.subject == "center" and entry.document.state == "published"
        for capability in entry.document.capabilities
    )

    assert known == {
        (Value.YES, Basis.SOURCED): 126,
        (Value.NO, Basis.SOURCED): 1,
        (Value.YES, Basis.UNVERIFIED): 103,
        (Value.NOT_STATED, None): 569,
    }
    assert known.total() == 47 * len(CAPABILITIES) == 799


def test_no_telephone_number_is_seeded():
    """None was seen on a page; see decision 0021."""
    number = re.compile(r"\+86[ -]?\d{2,3}[ -]?\d{4}|\b400[ -]\d{3}[ -]\d{4}\b|phone:")

    assert [
        path.name
        for path in sorted((SEED / "listings").rglob("*.yaml"))
        if number.search(path.read_text())
    ] == []


def test_what_is_said_of_a_trial_or_only_believed_is_no_indication(documents):
    """Words in brackets stay words: the keys come from the others."""
    bare = {
        entry.name
        for entry in documents
        if entry.subject == "center"
        and entry.document.indications_stated
        and all(
            re.search(r"\((trials?|believed)\)", words)
            for words in entry.document.indications_stated
        )
    }

    assert "xinhua-hospital" in bare
    assert [
        entry.name
        for entry in documents
        if entry.name in bare and entry.document.indications
    ] == []


def test_a_product_of_a_pivotal_trial_is_not_shown_as_sold(documents):
    treatments = [
        treatment
        for entry in documents
        if entry.subject == "center"
        for treatment in entry.document.treatments
    ]

    assert len(treatments) == 11
    assert {
        (treatment.setting == "commercial", treatment.route.value)
        for treatment in treatments
    } == {(True, "approved-product"), (False, "registered-trial")}


def test_our_own_words_are_american(documents):
    british = re.compile(
        r"paediatric|haemato|leukaemi|tumour|program[m]e\b|neighbo[u]r|isation\b",
        re.IGNORECASE,
    )

    assert [
        (entry.name, words)
        for entry in documents
        if entry.subject in {"center", "facilitator", "city"}
        for words in re.findall(
            r'"(?:statement|claim|note|role|specialties|type_stated)": "([^"]*)"',
            entry.document.model_dump_json(indent=1),
        )
        if british.search(words)
    ] == []


def test_loading_puts_everything_in_place(work):
    report = load_seed(SEED, work)

    look = work.session
    found = counts(look, today=TODAY)
    assert (found.centers, found.facilitators, found.drafts) == (47, 12, 9)
    assert found.capabilities == {"sourced": 127, "unverified": 103, "not-stated": 569}
    assert found.centers_by_city == {
        "beijing": 17,
        "shanghai": 18,
        "guangzhou": 8,
        "tianjin": 4,
    }
    assert found.overdue == 0
    assert len(city_profiles(look)) == 4
    assert look.scalar(select(func.count()).select_from(TherapyRow)) == 13
    assert look.scalar(select(func.count()).select_from(TermRow)) == report.read["term"]
    assert report.changed == sum(report.read.values())
    assert report.left == 0
    assert str(report).startswith("47 centers, 12 facilitators, 13 therapies")
    assert "9 drafts" in str(report)


def test_what_is_shown_is_what_the_files_say(sqlite_work, documents):
    load_seed(SEED, sqlite_work)

    shown: dict[str, ListingPage] = {
        **{page.slug: page for page in center_pages(sqlite_work.session, today=TODAY)},
        **{
            page.slug: page
            for page in facilitator_pages(sqlite_work.session, today=TODAY)
        },
    }
    written = {
        entry.name: entry.document
        for entry in documents
        if entry.subject in {"center", "facilitator"}
        and entry.document.state == "published"
    }
    assert shown.keys() == written.keys()
    for slug, document in written.items():
        page = shown[slug]
        assert page.names == document.names
        assert page.cautions == document.cautions
        if isinstance(page, CenterPage):
            assert [
                (view.key, view.value, view.basis, view.source, view.statement)
                for view in page.capabilities
            ] == [
                (said.key, said.value, said.basis, said.source, said.statement)
                for said in document.capabilities
            ]


def test_loading_again_changes_nothing(work):
    load_seed(SEED, work)
    look = work.session
    before = [
        head(look),
        look.scalar(select(func.count()).select_from(Entry)),
        look.scalar(select(func.count()).select_from(Version)),
    ]

    report = load_seed(SEED, replace(work, now=NOW + timedelta(days=30)))

    assert report.changed == 0
    assert before == [
        head(look),
        look.scalar(select(func.count()).select_from(Entry)),
        look.scalar(select(func.count()).select_from(Version)),
    ]


def test_two_nodes_may_load_at_once(engine):
    """One waits for the other, then finds everything in place."""

    def load(_node: int) -> int:
        with make_sessions(engine).begin() as session:
            return load_seed(SEED, Work(session, system("seed"), NOW)).changed

    with ThreadPoolExecutor(2) as nodes:
        changed = sorted(nodes.map(load, range(2)))

    assert changed[0] == 0
    assert changed[1] > 0


def test_a_changed_file_is_the_next_version(sqlite_work, folder):
    load_seed(folder, sqlite_work)
    path = folder / NANFANG
    path.write_text(path.read_text().replace("district: Baiyun", "district: Tianhe"))

    report = load_seed(folder, sqlite_work)

    assert report.changed == 1
    page = center_page(sqlite_work.session, "nanfang-hospital", today=TODAY)
    assert (page.version, page.district) == (2, "Tianhe")


def document_of(documents, slug):
    return next(entry.document for entry in documents if entry.name == slug)


def test_what_others_decided_is_left_alone(sqlite_work, documents):
    load_seed(SEED, sqlite_work)
    person = replace(sqlite_work, actor=system("moderation"))
    edited = document_of(documents, "nanfang-hospital").model_copy(
        update={"district": "Tianhe"}
    )
    released = document_of(documents, "beijing-hospital").model_copy(
        update={"state": "published"}
    )
    redrafted = document_of(documents, "shanghai-zhaxin-hospital").model_copy(
        update={"district": "Putuo"}
    )
    publish(person, edited, authority="submission:1")
    publish(person, released, authority="moderator")
    draft(person, redrafted, authority="moderator")
    withdraw(person, Kind.CENTER, "ruijin-hospital", "It asked.")

    report = load_seed(SEED, sqlite_work)

    assert (report.changed, report.left) == (0, 4)
    assert "4 left as others decided" in str(report)
    page = center_page(sqlite_work.session, "nanfang-hospital", today=TODAY)
    assert page.district == "Tianhe"
    state = select(Listing.state).where(Listing.slug == "ruijin-hospital")
    assert sqlite_work.session.scalar(state) == "withdrawn"


def test_nothing_is_loaded_unless_all_is_right(sqlite_work, folder):
    for slug in ("nanfang-hospital", "zhujiang-hospital"):
        path = folder / f"listings/guangzhou/{slug}.yaml"
        path.write_text(path.read_text().replace("city: guangzhou", "city: beijing"))

    with pytest.raises(SeedRefusedError) as refused:
        load_seed(folder, sqlite_work)

    assert len(refused.value.errors) == 2
    assert str(refused.value).startswith(f"seed file {NANFANG}: city: expected")
    assert "and 1 more" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert sqlite_work.session.scalar(select(func.count()).select_from(Entry)) == 0
    assert sqlite_work.session.scalar(select(func.count()).select_from(TermRow)) == 0


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ("center.schema.json", "listings/[!f]*/*.yaml"),
        ("facilitator.schema.json", "listings/facilitators/*.yaml"),
    ],
)
def test_every_listing_fits_its_published_schema(schema, pattern):
    wanted = json.loads((SEED / "schema" / schema).read_text())
    jsonschema.Draft202012Validator.check_schema(wanted)
    validator = jsonschema.Draft202012Validator(wanted)

    files = sorted(SEED.glob(pattern))
    assert len(files) in {56, 12}
    for file in files:
        assert list(validator.iter_errors(read(file))) == [], file.name


@pytest.mark.parametrize("name", ["center", "facilitator", "city"])
def test_every_field_is_documented(name):
    readme = (SEED / "README.md").read_text()

    schema = json.loads(schemas()[f"{name}.schema.json"])
    shapes = {name: schema, **schema["$defs"]}
    missing = {
        f"{shape}.{field}"
        for shape, content in shapes.items()
        for field in (*content.get("properties", {}), *content.get("enum", ()))
        if f"`{field}`" not in readme
    }
    assert missing == set()


def test_the_command_says_what_it_loaded(sqlite_url, tmp_path):
    def nothing(*_given: object) -> Any:
        pytest.fail("seeding needs neither pages nor tools")

    wiring = Wiring(
        settings=lambda: load({}, data=tmp_path, database_url=sqlite_url),
        engine=lambda settings: make_engine(settings.database_url),
        files=nothing,
        tools=nothing,
        app=nothing,
        background=nothing,
        clock=lambda: NOW,
    )

    first = CliRunner().invoke(seed, obj=wiring)
    second = CliRunner().invoke(seed, obj=wiring)

    assert first.exit_code == second.exit_code == 0
    assert first.output.startswith("seeds     47 centers, 12 facilitators")
    assert second.output.endswith("9 drafts, 0 changed\n")


def test_the_command_checks_without_a_database():
    finished = CliRunner().invoke(seed, ["--check"])

    assert (finished.exit_code, finished.output) == (0, "seeds     all right\n")
