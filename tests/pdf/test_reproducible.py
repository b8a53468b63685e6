"""§10.8: in one locked environment the same plan is the same bytes, wherever it is printed."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pdf.papers import PAPERS, PLANS, paper, printed

import taper
from taper.paper.press import typeface
from taper.paper.press.surroundings import only_pinned_font

PLAN = "provisional"

PROGRAM = """
import hashlib, json, os, sys
umask, folders = int(sys.argv[1], 8), sys.argv[2:]
os.umask(umask)
sys.path[:0] = folders
from pdf.papers import PAPERS, PLANS, printed
for kind in reversed(PAPERS):
    print(json.dumps([kind, hashlib.sha256(printed(PLANS["provisional"], kind)).hexdigest()]))
"""

OTHER_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><match target="pattern"><edit name="family" mode="assign"
 binding="strong"><string>Taper Sans</string></edit></match></fontconfig>"""


@pytest.fixture
def another_home(tmp_path: Path) -> Path:
    """A home with fonts of its own, and settings that prefer them."""
    fonts, settings = tmp_path / ".fonts", tmp_path / ".config" / "fontconfig" / "fonts.conf"
    fonts.mkdir()
    settings.parent.mkdir(parents=True)
    settings.write_text(OTHER_FONTS.format(fonts=fonts))
    shutil.copy(settings, tmp_path / "fonts.conf")
    bold = typeface.face_file("Bold")
    for name in ("Regular", "Bold"):  # the right name, and other letters
        shutil.copy(bold, fonts / typeface.face_file(name).name)
    return tmp_path


def elsewhere(home: Path, **more: str) -> dict[str, str]:
    """The bytes of every paper, by their hash, in a process that has nothing of this one's."""
    folders = [str(Path(taper.__file__).parents[1]), str(Path(__file__).parents[1])]
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, "077", *folders],
        cwd=home,
        env={"HOME": str(home), **more},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return dict(json.loads(line) for line in ran.stdout.splitlines())


def test_every_paper_has_the_same_bytes_in_any_process_order_folder_and_environment(
    another_home: Path,
) -> None:
    """§10.8.1."""
    here = {kind: hashlib.sha256(paper(PLAN, kind)).hexdigest() for kind in PAPERS}
    settings = str(another_home / "fonts.conf")
    assert here == elsewhere(
        another_home,
        PYTHONHASHSEED="7",
        TZ="Asia/Tokyo",
        LANG="de_DE.UTF-8",
        LC_ALL="tr_TR.UTF-8",
        SOURCE_DATE_EPOCH="1",
        FONTCONFIG_FILE=settings,
        FONTCONFIG_PATH=str(another_home),
        FONTCONFIG_SYSROOT=str(another_home),
        FC_LANG="ja",
        XDG_CONFIG_HOME=str(another_home / ".config"),
        XDG_CACHE_HOME=str(another_home / "cache"),
        PANGO_LANGUAGE="ja:ar",
        FREETYPE_PROPERTIES="truetype:interpreter-version=35",
        HB_SHAPER_LIST="fallback",
    )


def test_fontconfig_knows_the_pinned_font_and_no_other(another_home: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from taper.paper.press.fonts import font_configuration\n"
        "fonts = font_configuration()\n"
        "from weasyprint.text.ffi import ffi, fontconfig\n"
        "for kind in (fontconfig.FcSetSystem, fontconfig.FcSetApplication):\n"
        "    found = fontconfig.FcConfigGetFonts(fonts._config, kind)\n"
        "    for i in range(found.nfont if found else 0):\n"
        "        name = ffi.new('FcChar8 **')\n"
        "        fontconfig.FcPatternGetString(found.fonts[i], b'family', 0, name)\n"
        "        print(ffi.string(name[0]).decode())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, str(Path(taper.__file__).parents[1])],
        env={"HOME": str(another_home), "FONTCONFIG_FILE": str(another_home / "fonts.conf")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(ran.stdout.split("\n")) - {""} == {typeface.FAMILY}


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/mine")
    monkeypatch.setenv("HB_SHAPER_LIST", "ot")
    before = dict(os.environ)
    with only_pinned_font():
        assert os.environ["FONTCONFIG_FILE"] != "/mine"
        assert "HB_SHAPER_LIST" not in os.environ
    assert dict(os.environ) == before


# What it was made with -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", PAPERS)
def test_a_file_says_which_versions_made_it(kind: str) -> None:
    """§10.8.2."""
    with pikepdf.open(BytesIO(paper(PLAN, kind))) as file:
        said = str(file.docinfo.Creator)
        with file.open_metadata() as xmp:
            assert xmp["xmp:CreatorTool"] == said
    versions = dict(part.rsplit(" ", 1) for part in said.split(", "))
    assert versions == {
        "taper": importlib.metadata.version("taper"),
        "WeasyPrint": importlib.metadata.version("weasyprint"),
        "Pango": loaded("pango-1.0", "pango_version_string"),
        "HarfBuzz": loaded("harfbuzz", "hb_version_string"),
        "Fontconfig": versions["Fontconfig"],
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    assert re.fullmatch(r"\d+\.\d+\.\d+", versions["Fontconfig"])


def loaded(library: str, function: str) -> str:
    """What the library in this process says of itself, asked by another way."""
    from ctypes.util import find_library

    maps = Path("/proc/self/maps")
    mapped = re.findall(rf"(/\S*lib{library}\S*\.so\S*)", maps.read_text()) if maps.exists() else []
    ask = getattr(ctypes.CDLL(mapped[0] if mapped else find_library(library)), function)
    ask.restype = ctypes.c_char_p
    return ask().decode()


def test_no_path_of_the_machine_is_in_a_file() -> None:
    """§10.8.2."""
    with pikepdf.open(BytesIO(printed(PLANS[PLAN], "wallet"))) as file:
        said = b"\n".join(
            each.read_bytes() if isinstance(each, pikepdf.Stream) else each.unparse()
            for each in file.objects
        )
    for place in (typeface.font_dir(), Path(taper.__file__).parent, Path.cwd(), Path.home()):
        assert str(place).encode() + b"/" not in said
