"""Users, posts, the permission table, the scope a request acts under, and the log of who looked at whom.

Read ``types`` (kinds of post, actions, who is acting), ``permissions`` (the table), ``rules`` (who is on duty and may
do what), ``giving`` (who may give which right), then what writes: ``actions``, and ``approvals`` where a second
person is asked. How a request gets there: ``requests``, which sets the ``scope`` that ``protection`` holds it to in
the database. Signing in stands apart: ``signin``, ``pace``, ``factors``.
"""
