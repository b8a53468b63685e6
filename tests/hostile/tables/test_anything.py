"""Whatever a table holds, reading it ends in sentences."""

from __future__ import annotations

import io
import zipfile

from hostile.tables.good import GOOD, HEADER, parts, told
from hypothesis import given
from hypothesis import strategies as st


@given(st.text(max_size=300))
def test_no_csv_ends_otherwise_than_in_sentences(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert all(sentence.isprintable() for sentence in told(path))


@given(st.lists(st.tuples(st.sampled_from(HEADER.split(",")), st.text(max_size=40)), max_size=6))
def test_no_cell_ends_otherwise_than_in_sentences(tmp_path_factory, cells):
    import csv as standard

    row = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | dict(cells)
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="") as file:
        standard.writer(file).writerows([row.keys(), row.values()])
    assert all(sentence.isprintable() for sentence in told(path))


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_no_damaged_workbook_ends_otherwise_than_in_sentences(tmp_path_factory, place, damage):
    whole = _whole_workbook()
    at = place * len(whole) // 2000
    path = tmp_path_factory.getbasetemp() / "damaged.xlsx"
    path.write_bytes(whole[:at] + damage + whole[at + len(damage) :])
    assert all(sentence.isprintable() for sentence in told(path))


def _whole_workbook() -> bytes:
    if not _WHOLE:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
            for name, content in parts().items():
                made.writestr(name, content)
        _WHOLE.append(out.getvalue())
    return _WHOLE[0]


_WHOLE: list[bytes] = []
