import pytest

from directory.core.logs import OnlyDeclared, UndeclaredKeyError


def test_a_key_that_is_not_declared_never_reaches_the_log():
    entry = {"event": "asked", "status": 200, "diagnosis": "zqmyeloma"}

    assert OnlyDeclared(strict=False)(None, "info", entry) == {
        "event": "asked",
        "status": 200,
    }


def test_a_key_that_is_not_declared_fails_a_test():
    with pytest.raises(UndeclaredKeyError, match="diagnosis"):
        OnlyDeclared(strict=True)(None, "info", {"event": "x", "diagnosis": "y"})
