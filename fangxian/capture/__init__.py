"""Ways in: lists of others, collecting apps, devices. Nothing here writes but through the journal.

Read ``types`` (a line on its way), ``tabular`` (a file as columns and rows), then the way of a list: ``preparing`` →
``listing`` → ``fitting`` (place) → ``judging`` with ``verdicts``, ``effects`` and ``doubles`` (who is meant, what
would change) → ``rechecking`` and ``recording`` under the locks. ``actions`` is what a user can do at each stage,
``undoing`` the way back. Lists of another kind: ``naming``, ``replying``; later versions: ``versions``, ``removing``.
"""
