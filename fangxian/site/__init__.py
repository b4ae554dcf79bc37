"""Settings, addresses and the table of what follows what.

Read ``flow`` (the steps every record goes through), ``apps``, which hands them to the journal, and ``settings`` with
``environment``; then how it runs: ``processes.main``, ``postgres`` and ``database``, ``ready`` (what keeps it from
being served), ``rights`` (what the application may write). ``api`` is the door for programs, ``backup`` the way back,
and ``reference`` writes the pages of docs that are generated.
"""
