"""The append-only sequence of submissions, decisions, commands and ticks; the only way state changes.

Read ``types`` (what goes in, what comes back), ``actions.record`` from top to bottom, ``work`` (what the steps of the
flow work on), then ``checks``, ``steps`` and ``append`` (the chain). ``together`` records those who wait at the same
time, ``contention`` runs writers again; ``verify`` and ``checkpoint`` prove that nothing was taken out.
"""
