"""Whom the lines of a list mean, among everybody known in the county."""
