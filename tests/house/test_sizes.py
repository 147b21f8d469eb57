"""Files stay small enough to be read at a sitting."""

from __future__ import annotations

from tests.conftest import ROOT, too_long


def test_no_file_is_longer_than_anybody_would_read():
    assert too_long(ROOT, times=1.5) == []


def test_a_long_file_would_be_found(tmp_path):
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "long.py").write_text("x = 1\n" * 401)
    (tmp_path / "directory" / "short.py").write_text("x = 1\n" * 400)

    assert too_long(tmp_path) == ["directory/long.py (401)"]
