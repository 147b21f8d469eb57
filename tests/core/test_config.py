import stat

import pytest

from directory.core.config import ensure_secrets, load
from directory.core.errors import SettingError


def test_the_default_database_lies_in_the_data_folder(tmp_path):
    settings = load({"DIRECTORY_DATA": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/directory.sqlite3"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIRECTORY_DATABASE_URL", "mysql://somewhere/else"),
        ("DIRECTORY_DATABASE_URL", "not a url"),
        ("DIRECTORY_SECRET_KEY", "short"),
        ("DIRECTORY_BASE_URL", "host.example.net"),
        ("DIRECTORY_PROXY_HOPS", "many"),
        ("DIRECTORY_PROXY_HOPS", "-1"),
        ("DIRECTORY_RATE_LIMITS", "maybe"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line_without_its_value(tmp_path, name, value):
    with pytest.raises(SettingError) as caught:
        load({"DIRECTORY_DATA": str(tmp_path), name: value})

    said = str(caught.value)
    assert said.startswith(f"{name}: ")
    assert "\n" not in said
    assert value not in said or name == "DIRECTORY_RATE_LIMITS"


def test_secrets_are_made_once_and_only_the_owner_can_read_them(tmp_path):
    first = ensure_secrets(load({"DIRECTORY_DATA": str(tmp_path)}))
    again = ensure_secrets(load({"DIRECTORY_DATA": str(tmp_path)}))

    assert first.secret_key == again.secret_key
    assert first.encryption_keys == again.encryption_keys
    assert len(first.secret_key) >= 32
    for path in (tmp_path / "secrets").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_secret_may_stand_in_a_file(tmp_path):
    path = tmp_path / "key"
    path.write_text("k" * 40 + "\n")

    settings = load(
        {"DIRECTORY_DATA": str(tmp_path), "DIRECTORY_SECRET_KEY_FILE": str(path)}
    )

    assert settings.secret_key == "k" * 40


def test_a_secret_file_that_is_missing_stops_the_start(tmp_path):
    with pytest.raises(SettingError, match="DIRECTORY_SECRET_KEY_FILE"):
        load(
            {
                "DIRECTORY_DATA": str(tmp_path),
                "DIRECTORY_SECRET_KEY_FILE": str(tmp_path / "absent"),
            }
        )


def test_host_names_are_split_at_commas(tmp_path):
    settings = load(
        {
            "DIRECTORY_DATA": str(tmp_path),
            "DIRECTORY_TRUSTED_HOSTS": "a.example, b.example,",
        }
    )

    assert settings.trusted_hosts == ("a.example", "b.example")
