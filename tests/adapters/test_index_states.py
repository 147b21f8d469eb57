"""The index on disk: whole, or not there; damage is seen, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from directory.adapters import analysis, index_packing
from directory.adapters.index_folder import CURRENT, MANIFEST, STATE_PREFIX
from directory.adapters.index_segments import (
    LEXICON,
    OPENING,
    VOCABULARY,
    Part,
    file_of,
)
from directory.adapters.index_states import SegmentIndex
from directory.search.ports import Changed, Content, IndexUnusableError
from directory.search.rules.documents import IndexDocument, decoded, encoded
from tests.adapters.states import damage, digests
from tests.conftest import NOW, ROOT
from tests.search.catalogs import DAY, TERMS, center, invented, term


@pytest.fixture(scope="module", autouse=True)
def dictionary(tmp_path_factory):
    analysis.load(tmp_path_factory.mktemp("words"))


@pytest.fixture
def index(tmp_path: Path) -> SegmentIndex:
    return SegmentIndex(tmp_path / "index")


def whole(documents: list[IndexDocument], position: int = 1) -> Content:
    return Content(documents, TERMS, position, DAY)


def change(index: SegmentIndex, position: int, *documents: IndexDocument) -> str:
    gone = frozenset(one.id for one in documents)
    return index.apply(Changed(gone, documents, position), NOW)


def withdraw(index: SegmentIndex, position: int, *ids: str) -> str:
    return index.apply(Changed(frozenset(ids), (), position), NOW)


def merge(index: SegmentIndex, quiet_s: float = 1e6) -> None:
    due = index.due(quiet_s)
    assert due is not None
    due.pack()
    assert index.put(due)


def names(index: SegmentIndex) -> list[str]:
    return [one.name for one in index.open().about.segments]


def test_a_document_comes_back_as_it_was_written():
    one = invented(1, Random(1))

    assert decoded(encoded(one)) == one
    assert decoded(encoded(one)).digest == one.digest


def test_documents_and_position_are_written_together(index):
    documents = [invented(n, Random(n)) for n in range(5)]
    index.rebuild(whole(documents, 7), NOW)

    assert index.digests() == digests(documents)
    state = index.state()
    assert (state.documents, state.position, state.day) == (5, 7, DAY)
    assert (state.segments, state.removed) == (1, 0)
    assert state.built_at == NOW


def test_a_change_writes_a_segment_and_links_the_others(index):
    documents = [invented(n, Random(n)) for n in range(5)]
    before = index.rebuild(whole(documents), NOW)
    [first] = names(index)
    file = file_of(first, Part.DOCUMENTS)
    number = (index.folder.path / before / file).stat().st_ino

    after = change(index, 2, invented(3, Random(9), version=2))

    assert (index.folder.path / after / file).stat().st_ino == number
    state = index.state()
    assert (state.documents, state.segments, state.removed) == (5, 2, 1)
    assert index.open().documents().place("center:center-3") == 5


def test_what_did_not_change_is_not_written_again(index):
    documents = [invented(n, Random(n)) for n in range(5)]
    index.rebuild(whole(documents), NOW)
    before = names(index)

    change(index, 2, documents[3])

    assert names(index) == before
    assert (index.state().position, index.state().removed) == (2, 0)


def test_an_update_writes_what_differs(index):
    documents = [invented(n, Random(n)) for n in range(6)]
    index.rebuild(whole(documents), NOW)
    [first] = names(index)
    wanted = [*documents[2:], invented(2, Random(9), version=2), center("new")]
    wanted.pop(0)

    index.update(whole(wanted, 9), NOW)

    assert index.digests() == digests(wanted)
    assert names(index)[0] == first
    assert len(names(index)) == 2
    assert index.state().position == 9


def test_another_vocabulary_makes_everything_anew(index):
    documents = [invented(n, Random(n)) for n in range(4)]
    index.rebuild(whole(documents), NOW)
    before = names(index)
    terms = (*TERMS, term(TERMS[-1].kind, "cll", "CLL"))

    index.update(Content(documents, terms, 2, DAY), NOW)

    assert set(names(index)).isdisjoint(before)
    assert index.open().vocabulary.terms == terms


def test_what_was_withdrawn_leaves_no_word_in_any_file(index):
    secret = "unmistakableword"
    gone = center("gone", text={"en": secret})
    index.rebuild(whole([gone, center("stays")]), NOW)
    withdraw(index, 2, gone.id)
    assert index.state().removed == 1
    merge(index)
    index.sweep()

    files = [path for path in index.folder.path.rglob("*") if path.is_file()]
    assert len(files) > len(Part)
    assert index.state().removed == 0
    assert index.state().position == 2
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert index.digests().keys() == {"center:stays"}


def test_an_index_may_become_empty_and_full_again(index):
    index.rebuild(whole([]), NOW)
    assert index.digests() == {}
    change(index, 2, center("one"))
    withdraw(index, 3, "center:one")

    assert (index.state().documents, index.state().segments) == (0, 0)
    change(index, 4, center("two"))
    assert index.digests().keys() == {"center:two"}


def test_what_changes_while_segments_are_packed_stands(index):
    documents = [invented(n, Random(n)) for n in range(8)]
    index.rebuild(whole(documents), NOW)
    withdraw(index, 2, "center:center-0", "center:center-1")
    due = index.due(0.0)
    due.pack()
    withdraw(index, 3, "center:center-2")
    newer = invented(3, Random(9), version=2)
    change(index, 4, newer)

    assert index.put(due)

    assert index.digests() == digests([newer, *documents[4:]])
    assert index.state().position == 4
    assert list(index.wrong_parts()) == []


def test_what_was_packed_from_segments_that_are_no_more_is_thrown_away(index):
    documents = [invented(n, Random(n)) for n in range(4)]
    index.rebuild(whole(documents), NOW)
    withdraw(index, 2, "center:center-0")
    due = index.due(0.0)
    due.pack()
    index.rebuild(whole(documents, 3), NOW)
    before = names(index)

    assert index.put(due) is None
    assert names(index) == before


def test_a_document_that_cannot_be_written_changes_nothing(index):
    index.rebuild(whole([center("one")]), NOW)
    bad = replace(center("two"), names={"en": "x" * 10, "zh": None})  # type: ignore[dict-item]

    with pytest.raises((TypeError, AttributeError)):
        change(index, 2, bad)

    assert index.state().position == 1
    change(index, 3, center("three"))
    assert index.digests().keys() == {"center:one", "center:three"}


def test_two_writers_build_upon_each_other(index):
    other = SegmentIndex(index.folder.path)
    wanted: dict[str, IndexDocument] = {}
    index.rebuild(whole([]), NOW)
    for position in range(2, 20):
        one = invented(position % 7, Random(position), version=position)
        wanted[one.id] = one
        change((index, other)[position % 2], position, one)
        if position % 5 == 0:
            other.sweep()

    assert index.digests() == other.digests() == digests(wanted.values())


@pytest.mark.parametrize("how", ["zero", "cut", "flip", "delete"])
@pytest.mark.parametrize("which", [CURRENT, MANIFEST, VOCABULARY, LEXICON, *Part])
def test_damage_to_any_file_is_noticed_and_a_rebuild_puts_it_right(index, which, how):
    documents = [invented(n, Random(n)) for n in range(3)]
    index.rebuild(whole(documents), NOW)
    index.state()
    paths = [p for p in index.folder.path.rglob("*") if p.name.endswith(which)]
    assert paths
    damage(paths[0], how)

    for look in (index.state, index.check, SegmentIndex(index.folder.path).state):
        with pytest.raises(IndexUnusableError) as refused:
            look()
        assert refused.value.facts["reason"] in {"damaged", "missing"}

    index.rebuild(whole(documents), NOW)
    assert index.digests() == digests(documents)


def test_damage_that_leaves_size_and_time_is_found_by_reading_in_turn(index):
    index.rebuild(whole([center("one"), center("two")]), NOW)
    index.state()
    for path in index.folder.path.rglob("*.names"):
        at = path.stat()
        damage(path, "flip")
        os.utime(path, ns=(at.st_atime_ns, at.st_mtime_ns))
    index.state()

    with pytest.raises(IndexUnusableError, match="damaged"):
        index.check()


def test_a_damaged_segment_is_not_built_upon(index):
    index.rebuild(whole([center("one"), center("two")]), NOW)
    for path in index.folder.path.rglob("*.words"):
        damage(path, "cut")

    with pytest.raises(IndexUnusableError, match="damaged"):
        change(index, 2, center("three"))

    with pytest.raises(IndexUnusableError):
        SegmentIndex(index.folder.path).state()
    index.update(whole([center("three")], 2), NOW)
    assert index.digests().keys() == {"center:three"}


def test_names_in_any_order_are_packed_as_they_are_read_back(index):
    names = {"en": "Amber", "zh": "琥珀医院", "ru": "Янтарь", "ar": "كهرمان"}

    index.rebuild(whole([center("one", names=names)]), NOW)

    assert list(index.wrong_parts()) == []


def test_a_part_that_belongs_to_other_documents_is_found_by_verifying(index):
    index.rebuild(whole([center("one"), center("two")]), NOW)
    assert list(index.wrong_parts()) == []
    [segment] = names(index)
    kept, files = index.folder.read(lambda kept: kept.files)
    another = SegmentIndex(index.folder.path.with_name("another"))
    another.rebuild(whole([center("three"), center("two")]), NOW)
    _, foreign = another.folder.read(lambda kept: kept.files)
    file = file_of(segment, Part.NAMES)
    changed = dict(files) | {file: foreign[file_of(names(another)[0], Part.NAMES)]}
    index.folder.write(changed, kept.about)

    assert list(SegmentIndex(index.folder.path).wrong_parts()) == [
        (segment, Part.NAMES)
    ]


@pytest.mark.parametrize("level", ["", "state"])
def test_a_folder_that_others_may_write_to_is_not_opened(index, level):
    index.rebuild(whole([center("one")]), NOW)
    folder = index.folder.path
    (folder / index.folder.current() if level else folder).chmod(0o777)

    with pytest.raises(IndexUnusableError, match="permissions"):
        index.state()


@pytest.mark.parametrize("file", [CURRENT, MANIFEST, VOCABULARY])
def test_a_file_that_others_may_write_to_is_not_read(index, file):
    index.rebuild(whole([center("one")]), NOW)
    folder = index.folder.path
    (folder if file == CURRENT else folder / index.folder.current()).joinpath(
        file
    ).chmod(0o622)

    with pytest.raises(IndexUnusableError, match="permissions"):
        SegmentIndex(folder).open()

    index.rebuild(whole([center("two")]), NOW)
    assert SegmentIndex(folder).digests().keys() == {"center:two"}


@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"size": -1}, {"gone": [1]}, {"gone": [-1]}, {"name": "../x"},
     {"size": "1"}, {"gone": None}],
)  # fmt: skip
def test_a_manifest_that_contradicts_itself_is_not_believed(index, wrong):
    index.rebuild(whole([center("one")]), NOW)
    kept = index.folder.check(0)
    (segment,) = kept.about["segments"]
    about = {**kept.about, "segments": [segment | wrong]}
    index.folder.write({}, about, kept, kept.files)

    with pytest.raises(IndexUnusableError, match="damaged"):
        index.state()
    with pytest.raises(IndexUnusableError, match="damaged"):
        index.open()


def test_a_manifest_that_leads_out_of_its_folder_is_not_followed(index):
    index.rebuild(whole([center("one")]), NOW)
    kept = index.folder.check(0)
    with pytest.raises(ValueError, match="outside"):
        index.folder.write({"../outside": b""}, kept.about, kept, kept.files)

    with pytest.raises(IndexUnusableError, match="format"):
        index.state()
    with pytest.raises(IndexUnusableError, match="format"):
        index.open()


def test_an_index_of_another_format_is_not_opened(index):
    index.rebuild(whole([center("one")]), NOW)
    kept = index.folder.check(0)
    index.folder.write({}, {"format": "older"}, kept, kept.files)

    with pytest.raises(IndexUnusableError, match="format"):
        index.state()
    with pytest.raises(IndexUnusableError, match="format"):
        index.open()


def test_what_opens_a_part_is_known_for_each():
    assert OPENING.keys() == set(Part)


def test_one_writer_at_a_time(index):
    with index.writing() as first, index.writing() as second, index.merging() as beside:
        assert (first, second, beside) == (True, False, True)
    with index.writing() as again:
        assert again


def test_what_a_killed_writer_left_is_swept(index):
    index.rebuild(whole([center("one")]), NOW)
    left = index.folder.path / f"{STATE_PREFIX}0000000000000000"
    left.mkdir()
    (left / "segment-x.words").write_bytes(b"half")
    (index.folder.path / f"{CURRENT}.half").write_bytes(b"")

    assert index.sweep() == 1
    assert index.digests().keys() == {"center:one"}
    assert len(list(index.folder.path.iterdir())) == 2


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from random import Random
from directory.adapters.index_states import SegmentIndex
from tests.conftest import NOW
from tests.search.catalogs import DAY, TERMS, invented
from directory.search.ports import Content
index = SegmentIndex(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
many = [invented(n, Random(n)) for n in range(60)]
try:
    index.rebuild(Content(many, TERMS, 99, DAY), NOW)
except OSError as error:
    print("refused", error.errno)
"""


def test_a_full_disk_leaves_the_index_before_it_standing(index):
    index.rebuild(whole([center("one")]), NOW)
    before = sorted(path.name for path in index.folder.path.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(index.folder.path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("refused")
    assert index.digests().keys() == {"center:one"}
    assert sorted(path.name for path in index.folder.path.iterdir()) == before


def test_where_links_are_refused_files_are_copied(index, monkeypatch):
    index.rebuild(whole([center("one")]), NOW)
    before = index.folder.current()

    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    after = change(index, 2, center("two"))

    assert before != after
    assert SegmentIndex(index.folder.path).state().documents == 2


def test_many_documents_are_packed_by_processes_with_the_same_result(
    index, monkeypatch
):
    documents = [invented(n, Random(n)) for n in range(30)]
    here = index_packing.pack_segment(documents, TERMS)

    monkeypatch.setattr(index_packing, "MANY", 10)
    beside = index_packing.pack_segment(documents, TERMS)
    index.rebuild(whole(documents), NOW)

    # The engine names its own segment by chance.
    assert beside.keys() == here.keys() == set(Part)
    assert [part for part in Part if beside[part] != here[part]] in ([], [Part.WHOOSH])
    assert index.digests() == digests(documents)
    assert list(index.wrong_parts()) == []


def test_a_process_that_fails_to_pack_leaves_the_index_as_it_was(index, monkeypatch):
    index.rebuild(whole([center("one")]), NOW)
    monkeypatch.setattr(index_packing, "MANY", 10)
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with pytest.raises(OSError, match="packs"):
        index.rebuild(whole([invented(n, Random(n)) for n in range(30)]), NOW)

    assert index.digests().keys() == {"center:one"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_a_folder_that_somebody_else_owns_is_made_anew(index):
    index.rebuild(whole([center("one")]), NOW)
    os.chown(index.folder.path, 12345, 12345)

    with pytest.raises(IndexUnusableError, match="permissions"):
        index.state()

    index.rebuild(whole([center("two")]), NOW)
    assert index.digests().keys() == {"center:two"}
    # What was theirs is still there, under another name.
    assert len(list(index.folder.path.parent.glob("*.aside-*"))) == 1


def test_a_link_in_the_folder_s_place_is_set_aside_and_not_followed(index, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("not ours")
    index.folder.path.symlink_to(elsewhere)

    index.rebuild(whole([center("one")]), NOW)

    assert index.digests().keys() == {"center:one"}
    assert not index.folder.path.is_symlink()
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]
