"""The door: what people file, judged once for every face (console, API, what comes later) and recorded.

Read ``types`` (what is sent, what it became), ``actions.submit`` from top to bottom, then what it asks on its way:
``context`` (what is known of a batch), ``rules`` (who may, who is alike), ``doubles`` (who is meant), ``replies``
(what a number stands for), ``placing``. What must hold whoever writes (kind, task, correction) is judged further
down, in the flow of the journal.
"""
