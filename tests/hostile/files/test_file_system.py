"""What lies where a file was named."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from taper import sources
from taper.errors import Refusal


def unread(path: Path) -> str:
    with pytest.raises(Refusal) as refused:
        sources.read(path)
    [sentence] = str(refused.value).splitlines()
    return sentence.removeprefix(f"{path}: ")


def test_a_missing_file_is_refused(tmp_path):
    assert unread(tmp_path / "no.yaml") == "the file is missing; allowed: a file that can be read."
    assert unread(tmp_path / "no" / "no.yaml").startswith("the file is missing;")


def test_a_folder_is_refused(tmp_path):
    assert unread(tmp_path) == "the file is a folder; allowed: a YAML file."


def test_a_file_under_a_file_is_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("a: b", encoding="utf-8")
    assert unread(tmp_path / "a.yaml" / "b.yaml").startswith("the file is missing;")


def test_a_link_that_leads_nowhere_is_refused(tmp_path):
    (tmp_path / "a.yaml").symlink_to(tmp_path / "gone.yaml")
    assert unread(tmp_path / "a.yaml").startswith("the file is a link that leads nowhere;")


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "a.yaml").symlink_to(tmp_path / "a.yaml")
    assert unread(tmp_path / "a.yaml").startswith("the file is not readable (")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.yaml")
    assert unread(tmp_path / "a.yaml") == "the file is no regular file; allowed: a YAML file."


class Denied(type(Path())):
    """A file that may not be read; whoever runs the tests may be allowed everything."""

    def open(self, *_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")


def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = Denied(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_text("a: b", encoding="utf-8")
    assert unread(path) == (
        "the file is not open to you (permission denied); allowed: a file that can be read."
    )


@pytest.mark.parametrize("name", ["a\0b", "a" * 5000])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, name):
    with pytest.raises(Refusal, match=r"the file is (not readable|missing)"):
        sources.read(tmp_path / name)


@pytest.mark.parametrize("reference", ["a\0b", "a" * 5000, "", ".", "..", "/", "~", "\udcff.yaml"])
def test_a_reference_that_is_no_protocol_is_refused(tmp_path, reference):
    with pytest.raises(Refusal) as refused:
        sources.trial(reference, beside=tmp_path, who="IIM-001")
    assert str(refused.value).startswith("IIM-001: protocol is ")
    assert str(refused.value).isprintable()


def test_a_protocol_path_to_a_file_of_another_kind_repeats_nothing_of_it(tmp_path):
    (tmp_path / "key.pem").write_text("-----BEGIN\nSECRET\n", encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        sources.trial("key.pem", beside=tmp_path)
    assert "SECRET" not in str(refused.value)
    assert len(refused.value.problems) == 1
