"""Tests over the whole tree: what has to hold for every model, file, route and programme."""
