"""Figures, day sheets and documents: every report is a count over the records."""
