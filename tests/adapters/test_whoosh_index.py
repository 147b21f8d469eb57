"""The index on disk and the searcher over it: whole, followed, never wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from directory.adapters.index_files import CURRENT, MANIFEST, STATE_PREFIX
from directory.adapters.whoosh_states import WhooshIndex
from directory.search.ports import Changed, Content, IndexUnusableError
from directory.search.rules.documents import IndexDocument, from_json, to_json
from tests.adapters.states import damage, digests
from tests.conftest import NOW, ROOT
from tests.search.catalogs import DAY, TERMS, center, invented


@pytest.fixture
def index(tmp_path: Path) -> WhooshIndex:
    return WhooshIndex(tmp_path / "index")


def whole(documents: list[IndexDocument], position: int = 1) -> Content:
    return Content(documents, TERMS, position, DAY)


def test_a_document_comes_back_as_it_was_written():
    one = invented(1, Random(1))

    assert from_json(to_json(one)) == one
    assert from_json(to_json(one)).digest == one.digest


def test_documents_and_position_are_written_together(index):
    documents = [invented(n, Random(n)) for n in range(5)]
    index.rebuild(whole(documents, 7), NOW)

    assert index.digests() == digests(documents)
    state = index.state()
    assert (state.documents, state.position, state.day) == (5, 7, DAY)
    assert state.built_at == NOW


def test_what_was_withdrawn_leaves_no_word_in_any_file(index):
    secret = "unmistakableword"
    gone = center("gone", text={"en": secret})
    index.rebuild(whole([gone, center("stays")]), NOW)
    index.apply(Changed(frozenset({gone.id}), (), 2), NOW)
    assert index.state().removed == 2
    index.compact()
    index.sweep()

    files = [path for path in index.files.folder.rglob("*") if path.is_file()]
    assert len(files) > 3
    assert index.state().removed == 0
    assert index.state().position == 2
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert index.digests().keys() == {"center:stays"}


def test_a_document_that_cannot_be_written_changes_nothing(index):
    index.rebuild(whole([center("one")]), NOW)
    bad = replace(center("two"), names={"en": "x" * 10, "zh": None})  # type: ignore[dict-item]

    with pytest.raises(TypeError):
        index.apply(Changed(frozenset({bad.id}), [bad], 2), NOW)

    assert index.state().position == 1
    index.apply(Changed(frozenset({"center:three"}), [center("three")], 3), NOW)
    assert index.digests().keys() == {"center:one", "center:three"}


@pytest.mark.parametrize("how", ["zero", "cut", "flip", "delete"])
@pytest.mark.parametrize("which", [CURRENT, MANIFEST, ".toc", ".seg"])
def test_damage_to_any_file_is_noticed_and_a_rebuild_puts_it_right(index, which, how):
    documents = [invented(n, Random(n)) for n in range(3)]
    index.rebuild(whole(documents), NOW)
    paths = [p for p in index.files.folder.rglob("*") if p.name.endswith(which)]
    assert len(paths) == 1
    damage(paths[0], how)

    with pytest.raises(IndexUnusableError) as refused:
        index.state()

    assert refused.value.facts["reason"] in {"damaged", "missing"}
    index.rebuild(whole(documents), NOW)
    assert index.digests() == digests(documents)


@pytest.mark.parametrize("level", ["", "state"])
def test_a_folder_that_others_may_write_to_is_not_opened(index, level):
    index.rebuild(whole([center("one")]), NOW)
    folder = index.files.folder
    (folder / index.files.current() if level else folder).chmod(0o777)

    with pytest.raises(IndexUnusableError, match="permissions"):
        index.state()


def test_an_index_of_another_format_is_not_opened(index):
    index.rebuild(whole([center("one")]), NOW)
    kept = index.files.read()
    index.files.write(kept.files, {"format": "older"}, kept)

    with pytest.raises(IndexUnusableError, match="format"):
        index.state()


def test_one_writer_at_a_time(index):
    with index.writing() as first, index.writing() as second:
        assert (first, second) == (True, False)
    with index.writing() as again:
        assert again


def test_what_a_killed_writer_left_is_swept(index):
    index.rebuild(whole([center("one")]), NOW)
    left = index.files.folder / f"{STATE_PREFIX}0000000000000000"
    left.mkdir()
    (left / "MAIN_x.seg").write_bytes(b"half")
    (index.files.folder / f"{CURRENT}.half").write_bytes(b"")

    assert index.sweep() == 1
    assert index.digests().keys() == {"center:one"}
    assert len(list(index.files.folder.iterdir())) == 2


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from random import Random
from directory.adapters.whoosh_states import WhooshIndex
from tests.conftest import NOW
from tests.adapters.states import damage, digests
from tests.search.catalogs import DAY, TERMS, invented
from directory.search.ports import Content
index = WhooshIndex(Path(sys.argv[1]))
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
    before = sorted(path.name for path in index.files.folder.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(index.files.folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.startswith("refused")
    assert index.digests().keys() == {"center:one"}
    assert sorted(path.name for path in index.files.folder.iterdir()) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_a_folder_that_somebody_else_owns_is_made_anew(index):
    index.rebuild(whole([center("one")]), NOW)
    os.chown(index.files.folder, 12345, 12345)

    with pytest.raises(IndexUnusableError, match="permissions"):
        index.state()

    index.rebuild(whole([center("two")]), NOW)
    assert index.digests().keys() == {"center:two"}
    # What was theirs is still there, under another name.
    assert len(list(index.files.folder.parent.glob("*.aside-*"))) == 1


def test_a_link_in_the_folder_s_place_is_set_aside_and_not_followed(index, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("not ours")
    index.files.folder.symlink_to(elsewhere)

    index.rebuild(whole([center("one")]), NOW)

    assert index.digests().keys() == {"center:one"}
    assert not index.files.folder.is_symlink()
    assert [path.name for path in elsewhere.iterdir()] == ["kept"]
