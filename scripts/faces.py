"""Makes the two faces that papers are printed in from the variable font of the pinned package.

`make faces` after another release of the package; the tests compare the faces with it. A variable
font costs the renderer seconds a paper, so a static face is cut out of it here, once: of two
weights, with plain letters only. It bears another name because the licence reserves its own.
"""

from __future__ import annotations

from pathlib import Path

import fontpkg_ibm_plex_sans as plex
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FAMILY = "Taper Sans"
FACES = {"Regular": 400, "Bold": 700}
TO = Path(__file__).parents[1] / "src/taper/data/faces"
VARIABLE = plex.ROOT / "files" / "IBMPlexSans[wdth,wght].ttf"
COPYRIGHT, VERSION, LICENCE, LICENCE_ADDRESS = 0, 5, 13, 14
"""The names that stay: whose letters these are, and on which terms."""


def made(face: str) -> TTFont:
    """A face that always draws a character in one way, as wide as its advance says."""
    font = TTFont(VARIABLE, recalcTimestamp=False)
    plain = subset.Options(layout_features=[], hinting=False, glyph_names=False)
    plain.name_IDs = [COPYRIGHT, VERSION, LICENCE, LICENCE_ADDRESS]
    plain.notdef_outline = True
    cutter = subset.Subsetter(plain)
    cutter.populate(unicodes=font.getBestCmap())
    cutter.subset(font)
    instantiateVariableFont(font, {"wght": FACES[face], "wdth": 100}, inplace=True, static=True)
    for table in {"GPOS", "GSUB", "GDEF", "STAT"} & set(font.keys()):
        del font[table]
    _name(font, face)
    return font


def _name(font: TTFont, face: str) -> None:
    whole, plain = f"{FAMILY} {face}", FAMILY.replace(" ", "")
    names = {1: FAMILY, 2: face, 3: f"taper: {whole}", 4: whole, 6: f"{plain}-{face}"}
    for number, name in names.items():
        font["name"].setName(name, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = FACES[face]
    is_bold = face == "Bold"
    font["head"].macStyle = int(is_bold)
    font["OS/2"].fsSelection = 1 << 5 if is_bold else 1 << 6


def main() -> None:
    """Write the faces and their licence."""
    TO.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        made(face).save(TO / f"{FAMILY.replace(' ', '')}-{face}.ttf")
    (TO / "OFL.txt").write_bytes((plex.ROOT / "LICENSE").read_bytes())


if __name__ == "__main__":
    main()
