"""Backups: the database to one place, the keys to another, opened before they count as made; and the way back.

Read in this order: ``bundle`` (what a backup consists of), ``programs`` (PostgreSQL's own), ``making``, ``restoring``,
``trial``.
"""
