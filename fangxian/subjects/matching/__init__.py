"""Whom somebody's traits mean, among everybody known in the county.

``rules`` judges, ``search`` looks up, ``locks`` keeps two writers from making one person twice: whoever decides that
somebody is new takes ``locks.match_locked`` and records in the same transaction.
"""
