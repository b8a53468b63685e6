"""Files are whole, or as they were before."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from taper.storage import files
from taper.storage.files import make_folder, write_all
from taper.storage.open_folder import OpenFolder
from taper.storage.reasons import CannotWrite


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_nothing_left_beside_it(tmp_path):
    write_all({tmp_path / "a.json": b"new"})
    assert (tmp_path / "a.json").read_bytes() == b"new"
    assert names(tmp_path) == ["a.json"]


def test_a_file_has_the_rights_that_any_new_file_has(tmp_path):
    (tmp_path / "plain").touch()
    write_all({tmp_path / "a.json": b"new"})
    assert (tmp_path / "a.json").stat().st_mode == (tmp_path / "plain").stat().st_mode


FAULTS = {
    errno.ENOSPC: "the disk is full",
    errno.EIO: "the disk reports a fault",
    errno.EACCES: "this user may not write there",
    errno.EROFS: "the disk is read-only",
    errno.EDQUOT: "the disk quota is used up",
}


def failing(code: int):
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("code", FAULTS, ids=errno.errorcode.get)
@pytest.mark.parametrize("place", ["os.fsync", "os.write", "os.replace"])
def test_whatever_fails_the_old_files_stay_and_nothing_lies_beside_them(
    tmp_path, monkeypatch, place, code
):
    (tmp_path / "a.json").write_bytes(b"old")
    both = {tmp_path / "a.json": b"new", tmp_path / "a.pdf": b"new"}
    monkeypatch.setattr(place, failing(code))
    with pytest.raises(CannotWrite) as refused:
        write_all(both)
    monkeypatch.undo()
    assert str(refused.value) == f"{tmp_path / 'a.json'} cannot be written: {FAULTS[code]}."
    assert names(tmp_path) == ["a.json"]
    assert (tmp_path / "a.json").read_bytes() == b"old"


def test_where_the_second_file_cannot_be_made_the_first_is_not_renamed(tmp_path, monkeypatch):
    write = files._write

    def full_at_the_second(folder: OpenFolder, part: str, data: bytes, like: int | None) -> None:
        if data == b"second":
            raise OSError(errno.ENOSPC, "full")
        write(folder, part, data, like)

    monkeypatch.setattr(files, "_write", full_at_the_second)
    with pytest.raises(CannotWrite, match=r"b\.pdf"):
        write_all({tmp_path / "a.json": b"first", tmp_path / "b.pdf": b"second"})
    assert names(tmp_path) == []


def test_ctrl_c_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "a.json": b"new"})
    assert names(tmp_path) == []


@pytest.mark.parametrize("to", ["elsewhere.json", "missing.json"])
def test_a_symbolic_link_in_the_way_is_refused_and_so_are_the_files_beside_it(tmp_path, to):
    (tmp_path / "elsewhere.json").write_bytes(b"mine")
    (tmp_path / "b.json").symlink_to(to)
    with pytest.raises(CannotWrite, match="a symbolic link of that name is in the way"):
        write_all({tmp_path / "a.json": b"new", tmp_path / "b.json": b"new"})
    assert names(tmp_path) == ["b.json", "elsewhere.json"]
    assert (tmp_path / "elsewhere.json").read_bytes() == b"mine"


def test_a_folder_in_the_way_is_refused(tmp_path):
    (tmp_path / "a.json").mkdir()
    with pytest.raises(CannotWrite, match="a folder of that name is in the way"):
        write_all({tmp_path / "a.json": b"new"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_in_the_way_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(CannotWrite, match="no plain file"):
        write_all({tmp_path / "a.json": b"new"})


def test_a_folder_is_made_with_those_above_it(tmp_path):
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("file", "a file of that name is in the way"),
        ("file/below", "a part of that path is a file, not a folder"),
    ],
)
def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path, path, why):
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite) as refused:
        make_folder(tmp_path / path)
    assert str(refused.value) == f"{tmp_path / path} cannot be written: {why}."


def test_a_folder_that_may_not_be_written_to_is_known_beforehand(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(CannotWrite, match="this user may not write there"):
        files.refuse_folder_that_cannot_be(tmp_path / "not" / "yet" / "there")
