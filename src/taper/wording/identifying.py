"""Keys that would name a person or a trial arm: refused by name, their values never repeated.

A key is looked at word by word, so that `treatment_arm`, `Randomisation No` and `patientName`
are caught while `armature` is only a key that nobody knows. Keys that files do have are never
among these words; a test holds them against each other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_ARM = (
    "arm arms cohort cohorts group groups stratum strata treatment treatments treated "
    "randomisation randomization randomised randomized randomise randomize randomisiert rand "
    "allocation allocated allocations assignment assigned "
    "blind blinded blinding unblind unblinded unblinding masked masking "
    "placebo placebos verum sham active control controls sequence sequences "
    "treatmentarm studyarm trialarm treatmentgroup studygroup dosegroup kit"
)
_PERSON = (
    "name names forename forenames firstname lastname middlename surname fullname nickname "
    "familyname givenname patientname subjectname maiden initial initials "
    "birth birthdate birthday dateofbirth born dob yob "
    "sex gender mrn ssn nhs nhsnumber nhsno passport insurance "
    "address street postcode postal zip zipcode email emails mail"
)
_WORDS = frozenset(f"{_ARM} {_PERSON}".split())

_BREAKS = re.compile(
    r"(?<=[a-z])(?=[A-Z])"  # patient|Name
    r"|(?<=[A-Z])(?=[A-Z][a-z])"  # DOB|Date
    r"|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"  # arm|2
)
_SHOUTED = re.compile(r"(?<=[A-Z]{2})(?=[a-z])")  # NHS|number
_LETTERS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4096)
def identifies(key: str) -> bool:
    """Whether a key or column of this name would name a person or an arm (§5.5.1)."""
    # Accents, full-width letters and characters of no width do not hide a word.
    folded = unicodedata.normalize("NFKD", key)
    visible = "".join(c for c in folded if unicodedata.category(c) not in {"Cf", "Mn"})
    return not _WORDS.isdisjoint(_words(visible))


def _words(key: str) -> set[str]:
    found: set[str] = set()
    for breaks in (_BREAKS, _SHOUTED):
        parts = [part.lower() for part in _LETTERS.findall(breaks.sub(" ", key))]
        found.update(parts)
        found.add("".join(parts))  # d.o.b. and first_name
    return found
