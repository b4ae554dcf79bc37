"""The door: what people file, judged once for every face (console, API, what comes later) and recorded.

Read ``types`` (what is sent, what it became), ``actions.submit`` from top to bottom, then ``batch``, step by step, and
what it asks on its way: ``context`` (what is known of a batch), ``rules`` (who may, who is alike), ``reading`` (what a
filing holds), ``limits`` (how much may be asked), ``alike`` and ``doubles`` (who is meant), ``changes`` (what would
change), ``replies`` (what a number stands for), ``placing``. What must hold whoever writes (kind, task, correction) is
judged further down, in the flow of the journal.
"""
