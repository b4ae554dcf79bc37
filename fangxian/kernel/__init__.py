"""Ids, clock, error catalogue and value types. Nothing here knows Django or a database.

Read ``text`` and ``errors`` (every sentence and how it is told), ``clock`` (the operational day), ``ids``,
``values``, then what is needed: ``identity_parts`` with ``identifiers`` and ``dates`` for people, ``keys`` for what
is sealed, ``merkle`` and ``notes`` for what is proved.
"""
