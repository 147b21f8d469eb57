from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.core.config import ensure_secrets, load
from directory.core.crypto import (
    KeyMissingError,
    KeyRing,
    Place,
    SealBrokenError,
    key_name,
    new_key,
    seal,
    unseal,
)
from directory.core.errors import DirectoryError, SettingError

HERE = Place("inquiry", "illness", "0192-a")
PLAIN = b"zq-canary: multiple myeloma, three lines"


def written(*names: str) -> str:
    return ",".join(f"{name}:{b64encode(new_key()).decode()}" for name in names)


@given(st.binary(min_size=1, max_size=4000))
def test_what_was_sealed_comes_back(plain):
    key = new_key()

    assert unseal(key, seal(key, plain, HERE), HERE) == plain


def test_the_same_words_are_sealed_differently_each_time():
    key = new_key()

    assert len({seal(key, PLAIN, HERE) for _ in range(100)}) == 100


def test_every_single_flipped_bit_is_noticed():
    key = new_key()
    sealed = seal(key, PLAIN, HERE)

    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SealBrokenError):
            unseal(key, bytes(changed), HERE)


def test_every_single_flipped_bit_of_a_wrapped_key_is_noticed():
    ring = KeyRing.new()
    wrapped = ring.wrap(new_key(), HERE)

    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((SealBrokenError, KeyMissingError)):
            ring.unwrap(bytes(changed), HERE)


@pytest.mark.parametrize("cut", [0, 1, 2, 5, 16, 33, -1])
def test_cut_bytes_are_noticed(cut):
    key = new_key()

    with pytest.raises(SealBrokenError):
        unseal(key, seal(key, PLAIN, HERE)[:cut], HERE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("inquiry", "illness", "0192-b"),
        Place("inquiry", "person", "0192-a"),
        Place("message", "illness", "0192-a"),
    ],
)
def test_sealed_bytes_moved_elsewhere_do_not_open(elsewhere):
    key = new_key()

    with pytest.raises(SealBrokenError):
        unseal(key, seal(key, PLAIN, HERE), elsewhere)


def test_another_key_does_not_open():
    with pytest.raises(SealBrokenError):
        unseal(new_key(), seal(new_key(), PLAIN, HERE), HERE)


def test_a_data_key_wrapped_for_one_row_does_not_unwrap_in_another():
    ring = KeyRing.new()
    wrapped = ring.wrap(new_key(), HERE)

    with pytest.raises(SealBrokenError):
        ring.unwrap(wrapped, HERE._replace(row="0192-b"))


def test_a_wrapped_key_does_not_pass_for_sealed_words():
    ring = KeyRing.new()
    key = ring.wrapping["k1"]

    with pytest.raises(SealBrokenError):
        unseal(key, ring.wrap(new_key(), HERE), HERE)


def test_rotation_keeps_the_data_key_and_names_the_new_one():
    old = KeyRing.new()
    data_key = new_key()
    wrapped = old.wrap(data_key, HERE)
    ring = old.with_key("k2", new_key())

    assert key_name(ring.wrap(data_key, HERE), HERE) == "k1"
    ring = ring.led_by("k2")
    again = ring.rewrap(wrapped, HERE)
    assert key_name(again, HERE) == "k2"
    assert ring.without("k1").unwrap(again, HERE) == data_key
    with pytest.raises(KeyMissingError):
        ring.without("k1").unwrap(wrapped, HERE)


def test_digests_survive_rotation():
    old = KeyRing.new()
    new = old.with_key("k2", new_key()).led_by("k2").without("k1")

    assert old.digest("receipt", b"code") == new.digest("receipt", b"code")


def test_digests_differ_by_purpose_by_message_and_by_installation():
    ring = KeyRing.new()

    digests = {
        ring.digest("receipt", b"code"),
        ring.digest("draft", b"code"),
        ring.digest("receipt", b"codes"),
        KeyRing.new().digest("receipt", b"code"),
    }
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {32}


def test_a_ring_is_read_back_as_it_was_written():
    ring = KeyRing.new().with_key("k2", new_key()).led_by("k2")

    assert KeyRing.parse(ring.words) == ring
    assert KeyRing.parse(ring.words).current == "k2"


def test_a_ring_shows_no_key_when_it_is_printed():
    ring = KeyRing.new()

    for key in (*ring.wrapping.values(), ring.index):
        assert b64encode(key).decode() not in repr(ring)
        assert repr(key) not in repr(ring)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "entry 1 does not begin with a name"),
        ("k1", "'k1' does not have 32 bytes"),
        ("k1:????", "'k1' is not base64"),
        ("k1:c2hvcnQ=", "'k1' does not have 32 bytes"),
        (written("k1"), "lacks the key named 'index'"),
        (written("index"), "holds no key beside 'index'"),
        (written("k1", "k1", "index"), "'k1' twice"),
        (written("own", "index"), "may not name a key 'own'"),
        (written("K 1", "index"), "entry 1 does not begin with a name"),
        (written("k1", "index") + ",", "entry 3 does not begin with a name"),
    ],
    # Keys are made anew in each test process, so they cannot name a test.
    ids=range(10),
)
def test_a_wrong_ring_is_refused_in_one_line_without_its_keys(words, problem):
    with pytest.raises(SettingError) as refused:
        KeyRing.parse(words)

    said = str(refused.value)
    assert said.startswith("DIRECTORY_ENCRYPTION_KEYS: ")
    assert problem in said
    for entry in words.split(","):
        _, _, key = entry.partition(":")
        assert len(key) < 5 or key not in said


def test_one_key_under_two_names_is_refused():
    key = b64encode(new_key()).decode()

    with pytest.raises(SettingError, match="one key under two names"):
        KeyRing.parse(f"k1:{key},index:{key}")


def test_a_ring_keeps_its_current_key():
    ring = KeyRing.new()

    with pytest.raises(SettingError, match="its current key"):
        ring.without("k1")
    with pytest.raises(KeyMissingError):
        ring.without("k9")
    with pytest.raises(KeyMissingError):
        ring.led_by("index")
    with pytest.raises(SettingError, match="twice"):
        ring.with_key("index", new_key())
    with pytest.raises(SettingError, match="twice"):
        ring.with_key("k1", new_key())
    with pytest.raises(SettingError, match="begin with a name"):
        ring.with_key("k 2", new_key())


def test_the_ring_made_at_setup_is_a_ring(tmp_path):
    settings = ensure_secrets(load({"DIRECTORY_DATA": str(tmp_path)}))

    assert KeyRing.parse(settings.encryption_keys).current == "k1"


@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_refused_and_nothing_worse(sealed):
    with pytest.raises(DirectoryError):
        unseal(new_key(), sealed, HERE)
    with pytest.raises(DirectoryError):
        KeyRing.new().unwrap(sealed, HERE)
