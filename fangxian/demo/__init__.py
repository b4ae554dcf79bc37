"""The demo county: a real one with invented grids, workers and travellers, made by running the real code."""

from .load import NotLoaded, load

__all__ = ["NotLoaded", "load"]
