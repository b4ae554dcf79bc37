"""Whom or what facts are about: current facts, links, and the identity vault kept apart.

Read ``models``, ``vault`` (what is sealed, and the keyed hashes that lead to it), ``matching`` (who is meant, and the
locks of whoever decides it), then ``steps``, which fold a batch. Others read by ``queries``; ``rebuild`` folds it all
anew and compares.
"""
