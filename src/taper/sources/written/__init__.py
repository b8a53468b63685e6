"""Steps that somebody else wrote, as text or as a table: read, laid on days, and looked at.

`schedule_in` reads in the process that can be ended, `schedule_of` in this one. What could be
meant otherwise is refused, and never guessed.
"""

from taper.sources.written.reading import WrittenSchedule, read_apart, schedule_in, schedule_of

__all__ = ["WrittenSchedule", "read_apart", "schedule_in", "schedule_of"]
