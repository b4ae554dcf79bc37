"""What is to be done by whom until when; what is not done climbs the tree.

Read ``states`` (the table of what may become of a task), ``types``, ``rules`` (what a day asks for), ``assign``
(whose it is), then ``steps``, where the flow reconciles them, ``alerts`` (who is told), ``escalation`` (what nobody
acknowledged goes up) and ``clock``, which turns the day. What people do themselves: ``actions``, ``giving``.
``rebuild`` compares what is stored with what follows from the journal.
"""
