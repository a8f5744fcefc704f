"""Settings come from the environment without their secrets; camera credentials stay in the home."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.settings import ProcessSettings, camera_credentials, save_camera_credentials


def test_settings_are_read_from_the_environment_and_shown_without_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KASKA_HOME", str(tmp_path))
    monkeypatch.setenv("KASKA_NATS_URL", "nats://domain:s3cret@127.0.0.1:4222")
    settings = ProcessSettings()
    assert settings.home == tmp_path
    assert settings.nats_url.get_secret_value() == "nats://domain:s3cret@127.0.0.1:4222"
    assert "s3cret" not in str(settings.describe()) + repr(settings)


def test_settings_do_not_change_while_a_process_runs(tmp_path: Path) -> None:
    settings = ProcessSettings(home=tmp_path)
    with pytest.raises(ValidationError):
        settings.s3_bucket = "another"  # type: ignore[misc]


def test_credentials_of_cameras_are_readable_by_the_owner_only(tmp_path: Path) -> None:
    save_camera_credentials(tmp_path, "gate", "admin:s3cret")
    save_camera_credentials(tmp_path, "yard", "user:other")
    assert camera_credentials(tmp_path, "gate") == "admin:s3cret"
    assert camera_credentials(tmp_path, "yard") == "user:other"
    assert camera_credentials(tmp_path, "none") is None
    assert (tmp_path / "secrets" / "cameras.json").stat().st_mode & 0o777 == 0o600
