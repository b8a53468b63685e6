"""What is said of a table that a test has spoilt."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Callable, Iterator

import pytest
from hostile.tables.good import Change, told, write_workbook


@pytest.fixture
def csv(tmp_path) -> Callable[[str | bytes], list[str]]:
    """What is said of a CSV file."""

    def of(content: str | bytes) -> list[str]:
        path = tmp_path / "site.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return told(path)

    return of


@pytest.fixture
def xlsx(tmp_path) -> Callable[..., list[str]]:
    """What is said of the usual workbook after a change of it."""

    def of(change: Change = lambda *_: None, **options: object) -> list[str]:
        path = tmp_path / "site.xlsx"
        write_workbook(path, change, **options)
        return told(path)

    return of


@pytest.fixture
def packed(tmp_path) -> Callable[[dict[str, bytes]], list[str]]:
    """What is said of a workbook of these parts."""

    def of(contents: dict[str, bytes]) -> list[str]:
        path = tmp_path / "site.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in contents.items():
                made.writestr(name, content)
        return told(path)

    return of


@pytest.fixture
def held() -> Iterator[Callable[[], int]]:
    """The most bytes that were held at once since the last call."""

    def most() -> int:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        return peak

    tracemalloc.start()
    yield most
    tracemalloc.stop()
