"""Medication requests that another system wrote (FHIR R4, JSON): their days, and what contradicts.

`schedule_in` reads a file in the process that can be ended, `schedule_of` its bytes in this one.
"""

from taper.sources.fhir.reading import schedule_in, schedule_of
from taper.sources.fhir.schedule import Contradiction, DatedDose, Schedule

__all__ = ["Contradiction", "DatedDose", "Schedule", "schedule_in", "schedule_of"]
