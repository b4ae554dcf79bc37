"""Machine readable zones of travel documents: ICAO Doc 9303, parts 3 to 7 (TD1, TD2, TD3 and both visa sizes).

Nothing is corrected on the quiet: characters stand as they were read, and each check digit that fails is named.
"""

from .layouts import Format, check_digit
from .reading import Mrz, looks_like_mrz, parse
from .writing import compose

__all__ = ["Format", "Mrz", "check_digit", "compose", "looks_like_mrz", "parse"]
