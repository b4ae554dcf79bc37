"""Documents, phones, names and countries as people write them, read without guessing in silence.

No Django, no clock.
"""
