"""What every test may rely on: real files where they exist, a home of its own, reproducible properties."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.postgres", "tests.embedded"]

settings.register_profile(
    "corredor", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("corredor")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of publishers' files named by ``CORREDOR_REAL_DATA``; the test is skipped without it."""
    name = os.environ.get("CORREDOR_REAL_DATA")
    if not name:
        pytest.skip("CORREDOR_REAL_DATA is not set: the publishers' own files are not here")
    folder = Path(name)
    if not folder.is_dir():
        pytest.fail(f"CORREDOR_REAL_DATA names {folder}, which is not a folder")
    return folder


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and data folder of the test's own, so that no test reads or writes the user's record."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.delenv("CORREDOR_DATABASE_URL", raising=False)
    return home
