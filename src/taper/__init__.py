"""taper: steroid-taper calendars computed exactly."""

__version__ = "0.1.0"
