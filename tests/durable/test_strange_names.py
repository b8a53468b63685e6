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
from durable.folders import TODAY, digest, run, tree, write

from taper.errors import TaperError
from taper.folder import names
from taper.folder.audit import audit
from taper.folder.told import history
from taper.operations.plans import outputs
from taper.record import ledger_line
from taper.record.ledger import LEDGER
from taper.record.manifest import MANIFEST, SUPERSEDED
from taper.storage import within

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows makes no links for everybody")

ID = "IIM-001"
JSON = f"{ID}.json"
OWN_PLACES = {name for name in names.places_of(JSON) if not name.startswith(names.STAGED)}
NAMES = (*names.FOLDERS, *names.FILES, *names.places_of(JSON), names.page_of(TODAY, 1))
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
    run(place / "patients", place / "out")
    (place / "out" / SUPERSEDED).mkdir()
    (place / "elsewhere").mkdir()
    (place / "elsewhere" / "mine.txt").write_text("mine")
    (place / "elsewhere" / JSON).write_text("mine too")
    return place


@pytest.fixture
def place(made, tmp_path) -> Path:
    """The same for one test alone."""
    shutil.copytree(made, tmp_path / "made")
    return tmp_path / "made"


def everything(test: Callable[..., None]) -> Callable[..., None]:
    """Each kind of thing under each name; by path, as on Windows, the kind that leads away."""
    by_descriptor = [(name, strange, within.BY_DESCRIPTOR) for name in NAMES for strange in STRANGE]
    by_path = [(name, link_to_a_folder, False) for name in NAMES]
    cases = [*by_descriptor, *by_path]
    ids = [f"{n}-{strange.__name__}-{'held' if by else 'by path'}" for n, strange, by in cases]
    return pytest.mark.parametrize(("name", "strange", "by"), cases, ids=ids)(test)


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


@everything
def test_a_batch_refuses_it_in_a_sentence_and_reaches_nothing_outside(
    name, strange, by, place, monkeypatch
):
    monkeypatch.setattr(within, "BY_DESCRIPTOR", by)
    lay(place, name, strange)
    outside, inside = tree(place / "elsewhere"), kinds(place / "out")
    write(place / "patients", ID, dose_mg="15")  # so that every name is wanted
    accepted = "Dr. A. Weber, the first dose was read wrongly"
    said = said_by(lambda: run(place / "patients", place / "out", accepted=accepted))
    assert tree(place / "elsewhere") == outside
    assert name.split("/")[-1] in said or str(place / "out" / name) in said
    assert "taper itself failed" not in said
    if name not in OWN_PLACES:  # what lies there concerns that participant alone
        assert kinds(place / "out") == inside


def kinds(folder: Path) -> dict[str, int]:
    """Every name in a folder and what bears it."""
    return {str(p.relative_to(folder)): p.lstat().st_mode for p in folder.rglob("*")}


@everything
def test_an_audit_names_it_and_a_history_waits_for_nothing(name, strange, by, place, monkeypatch):
    monkeypatch.setattr(within, "BY_DESCRIPTOR", by)
    lay(place, name, strange)
    before = kinds(place / "out"), tree(place / "elsewhere")
    found = audit(place / "out").found
    assert any(name.startswith(each.file) or each.file == str(place / "out") for each in found)
    said = said_by(lambda: history(place / "out") and [])
    assert (name == LEDGER) == bool(said)
    assert (kinds(place / "out"), tree(place / "elsewhere")) == before


@pytest.mark.parametrize("name", [each.name(ID) for each in outputs.ALL])
def test_every_file_of_a_participant_has_a_name_that_a_ledger_may_have(name):
    assert ledger_line.is_file_of(ID, name)
    assert name not in names.RESERVED


# What a ledger may name ------------------------------------------------

OUTSIDE = (
    "../elsewhere/mine.txt",
    "..",
    "/etc/passwd",
    "IIM-001/../../elsewhere/mine.txt",
    "IIM-001\0.json",
    "IIM-001.js\non",
    "IIM-001\\x.json",
    "IIM-002.json",
    "IIM-001.json.part",
    f"IIM-001{'x' * 300}.json",
    "IIM-001+" + "x" * 40 + ".json",
    "IIM-001-r2.json",
    "manifest.json",
    ".taper",
    "",
)


def said_by_ledger(out: Path, change: Callable[[dict], object]) -> None:
    """The folder as if its ledger's first line had said something else, unknown to the manifest."""
    said = json.loads((out / LEDGER).read_bytes().splitlines()[0])
    change(said)
    (out / LEDGER).write_text(json.dumps(said) + "\n")
    (out / MANIFEST).unlink()


def broken(place: Path) -> str:
    """What a batch, a history and an audit say of a ledger; none of them writes anything."""
    before = tree(place)
    said = said_by(lambda: run(place / "patients", place / "out"))
    assert tree(place) == before
    assert "ledger.jsonl was changed: line 1 is no line of a ledger" in said
    assert "ledger.jsonl was changed: line 1" in said_by(lambda: history(place / "out") and [])
    assert str(audit(place / "out").found[0]).startswith("ledger.jsonl is touched: line 1 is no")
    return said


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("key", ["files", "superseded"])
def test_a_line_names_only_plain_files_of_its_participant(key, name, place):
    def change(said: dict) -> None:
        sha256 = digest(place / "elsewhere" / "mine.txt")
        if key == "files":
            said["files"][name] = said["files"][JSON] | {"sha256": sha256}
            said["wrote"] = [name]
        else:
            said["superseded"] = {name: sha256}
            said["revision"] = 2
            said["replaces"] = {
                "revision": 1,
                "plan_id": "0" * 64,
                "issued": "2026-11-23",
                "changed_from": None,
            }

    said_by_ledger(place / "out", change)
    broken(place)


WRONG = {
    "another type": lambda said: said | {"revision": "7. NEW DOSE take 40 mg"},
    "a revision of nought": lambda said: said | {"revision": 0},
    "a revision without end": lambda said: said | {"revision": 10**9},
    "a number of thousands of digits": lambda said: said | {"revision": int("9" * 4000)},
    "no date": lambda said: said | {"issued": "2026-02-31"},
    "no hash": lambda said: said | {"plan_id": "0" * 63 + "g"},
    "an id of no participant": lambda said: said | {"participant": "../x"},
    "an unknown key": lambda said: said | {"note": "x"},
    "a line break in a text": lambda said: said | {"why": [["dose", "a\nb"]]},
    "an unknown cause": lambda said: said | {"why": [["take 40 mg", "a"]]},
    "a text without end": lambda said: said | {"why": [["dose", "a" * 6000]]},
    "another weight than a number": lambda said: (
        said | {"facts": said["facts"] | {"weight_kg": "40 mg"}}
    ),
    "nesting": lambda said: said | {"facts": json.loads("[" * 150 + "]" * 150)},
    "steps of a million days": lambda said: (
        said | {"course": [[s[0], 10**6, *s[2:]] for s in said["course"]]}
    ),
    "more days than ten years": lambda said: (
        said | {"course": [[s[0], 3660, *s[2:]] for s in said["course"]]}
    ),
    "nothing": lambda said: said and {},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_line_that_is_not_exactly_one_is_said_to_be_broken(wrong, place):
    line = json.loads((place / "out" / LEDGER).read_bytes().splitlines()[0])
    (place / "out" / LEDGER).write_text(json.dumps(WRONG[wrong](line)) + "\n")
    (place / "out" / MANIFEST).unlink()
    broken(place)


def test_a_line_of_a_newer_taper_is_known_as_one(place):
    said_by_ledger(
        place / "out", lambda said: said.update(engine="taper 99.0.0", sealed={"by": "x"})
    )
    before = tree(place)
    wanted = "line 1 was written by a newer taper, taper 99.0.0, and this is taper"
    for what in (
        lambda: run(place / "patients", place / "out"),
        lambda: history(place / "out"),
        lambda: audit(place / "out"),
    ):
        said = said_by(what)
        assert wanted in said
        assert "changed" not in said
    assert tree(place) == before


@pytest.mark.parametrize(
    "head",
    [
        '"lines": -1, "bytes": 5, "sha256": "x"',
        '"lines": 0, "bytes": 5, "sha256": "' + "0" * 64 + '"',
        '"lines": "1", "bytes": 5, "sha256": "' + "0" * 64 + '"',
        '"lines": 1e99, "bytes": 1, "sha256": "' + "0" * 64 + '"',
        '"lines": 1',
    ],
)
def test_a_manifest_that_does_not_say_how_far_the_ledger_went_is_broken(head, place):
    (place / "out" / MANIFEST).write_text(
        f'{{\n"schema": "taper-manifest/1",\n"ledger": {{{head}}},\n'
    )
    before = tree(place)
    said = said_by(lambda: run(place / "patients", place / "out"))
    assert "manifest.json was changed: it does not say how far the ledger went" in said
    assert any(each.file == MANIFEST for each in audit(place / "out").found)
    assert tree(place) == before


def test_a_ledger_of_one_endless_line_is_not_read_to_its_end(place):
    with (place / "out" / LEDGER).open("r+b") as file:
        file.truncate(1 << 40)  # nothing is on the disk for it
    said = said_by(lambda: run(place / "patients", place / "out"))
    assert "a line of it is longer than 16 MiB" in said
    assert any("longer than 16 MiB" in each.said for each in audit(place / "out").found)


@pytest.mark.parametrize("name", [LEDGER, ".taper/lock"])
def test_a_file_with_a_second_name_elsewhere_is_not_written_to(name, place):
    path = place / "out" / name
    path.parent.mkdir(exist_ok=True)
    if name == LEDGER:
        (place / "elsewhere" / "mine.txt").write_bytes(path.read_bytes())
        path.unlink()
    os.link(place / "elsewhere" / "mine.txt", path)
    before = tree(place / "elsewhere")
    write(place / "patients", ID, dose_mg="15")
    assert "hard link" in said_by(lambda: run(place / "patients", place / "out"))
    assert tree(place / "elsewhere") == before
