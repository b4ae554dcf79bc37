"""Decision tables over facts: what applies to a subject, since when, until when and why.

Read ``types``, ``rules`` (from what the tables said to a decision), ``engine`` (the chain of tables, compiled), then
``steps``, where the flow decides a batch, and ``consequences``, what that entails for linked subjects. Others read by
``queries`` and ``reasons``.
"""
