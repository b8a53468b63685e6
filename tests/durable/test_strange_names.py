"""Whatever lies under a name of an output folder, nothing is read, written or removed outside it.

Every name that a batch, an audit or a history touches is walked, by the table of the package.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from durable.folders import digest, entries, run, tree, write

from taper.errors import TaperError
from taper.folder import names
from taper.folder.audit import audit, history
from taper.operations import outputs
from taper.record import ledger
from taper.record.ledger import LEDGER, Head
from taper.record.manifest import MANIFEST, SUPERSEDED
from taper.storage import within

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows makes no links for everybody")

ID = "IIM-001"
OF_ONE = tuple(each.name(ID) for each in outputs.ALL)
JSON = f"{ID}.json"
NAMES = (*names.FOLDERS, *names.FILES, *names.places_of(JSON))
"""Of a participant's own names each lies in the same three places; one of them is walked."""


def link_to_a_file(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere / "mine.txt")


def link_to_a_folder(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere)


def link_to_nothing(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere / "not there")


def pipe(path: Path, elsewhere: Path) -> None:
    os.mkfifo(path)


def another_kind(path: Path, elsewhere: Path) -> None:
    """A folder for a file, and a file for a folder."""
    is_folder = any(str(path).endswith(f"/{name}") for name in names.FOLDERS)
    path.write_text("mine") if is_folder else path.mkdir()


STRANGE = (link_to_a_file, link_to_a_folder, link_to_nothing, pipe, another_kind)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """Participants, a folder that a batch made of them, and a stranger's folder beside it."""
    place = tmp_path_factory.mktemp("made")
    write(place / "patients", ID)
    write(place / "patients", "IIM-002")
    run(place / "patients", place / "out")
    (place / "out" / SUPERSEDED).mkdir()
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / "mine.txt").write_text("mine")
    (place / "elsewhere" / JSON).write_text("mine too")
    return place


@pytest.fixture(params=[True, False], ids=["by descriptor", "by path"])
def place(request, made, tmp_path, monkeypatch) -> Path:
    """The same, once as systems look names up in a folder that is held and once by path."""
    monkeypatch.setattr(within, "BY_DESCRIPTOR", request.param and within.BY_DESCRIPTOR)
    shutil.copytree(made, tmp_path / "made")
    return tmp_path / "made"


def lay(place: Path, name: str, strange: Callable[[Path, Path], None]) -> None:
    path = place / "out" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    strange(path, place / "elsewhere")


def said_by(what: Callable[[], object]) -> str:
    """The sentence that it ends with; whatever else it would raise is no sentence."""
    try:
        found = what()
    except TaperError as error:
        return str(error)
    told = [str(ground) for each in found for ground in each.refused] if found else []
    return "\n".join(told)


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: strange.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_a_batch_refuses_it_in_a_sentence_and_reaches_nothing_outside(name, strange, place):
    lay(place, name, strange)
    outside, inside = tree(place / "elsewhere"), kinds(place / "out")
    write(place / "patients", ID, dose_mg="15")  # so that every name is wanted
    said = said_by(lambda: run(place / "patients", place / "out"))
    assert tree(place / "elsewhere") == outside
    assert name.split("/")[-1] in said or str(place / "out" / name) in said
    assert "taper itself failed" not in said
    if name not in (JSON, f"{SUPERSEDED}/{JSON}"):  # these concern one participant alone
        assert kinds(place / "out") == inside


def kinds(folder: Path) -> dict[str, int]:
    """Every name in a folder and what bears it."""
    return {str(p.relative_to(folder)): p.lstat().st_mode for p in folder.rglob("*")}


@pytest.mark.parametrize("strange", STRANGE, ids=lambda strange: strange.__name__)
@pytest.mark.parametrize("name", NAMES)
def test_an_audit_names_it_and_a_history_waits_for_nothing(name, strange, place):
    lay(place, name, strange)
    before = kinds(place / "out"), tree(place / "elsewhere")
    found = audit(place / "out").found
    assert any(name.startswith(each.file) or each.file == str(place / "out") for each in found)
    said = said_by(lambda: [] if history(place / "out") else [])
    assert (name == LEDGER) == bool(said)
    assert (kinds(place / "out"), tree(place / "elsewhere")) == before
