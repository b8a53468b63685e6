"""A protocol in a folder of its own."""

from __future__ import annotations

import pytest

from taper import sources
from taper.errors import Refusal


@pytest.fixture
def trial(tmp_path):
    def load_trial(text: str):
        (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
        return sources.trial("p.yaml", beside=tmp_path)

    return load_trial


@pytest.fixture
def refused(trial):
    def messages(text: str) -> list[str]:
        with pytest.raises(Refusal) as refusal:
            trial(text)
        return str(refusal.value).splitlines()

    return messages
