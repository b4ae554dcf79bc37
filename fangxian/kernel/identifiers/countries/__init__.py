"""Countries, and the provinces of China, as lists of arrivals name them.

A code is ISO 3166-1 alpha-2 (``KR``), or ISO 3166-2 for a province (``CN-HB``). ``XX`` is a stateless person or one
whose nationality is not stated (Doc 9303 part 3, section 5, part E); ``XK`` is Kosovo, ``EU`` and ``UN`` those
organisations.
"""

from .labels import CODES, icao, label
from .reading import CountryList, from_division, from_numeric, read_list, recognise

__all__ = ["CODES", "CountryList", "from_division", "from_numeric", "icao", "label", "read_list", "recognise"]
