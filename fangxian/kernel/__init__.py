"""Ids, clock, error catalogue and value types. Nothing here knows Django or a database."""
