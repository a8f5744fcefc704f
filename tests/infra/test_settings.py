"""Settings come from the environment without their secrets."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.settings import ProcessSettings


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
