"""Small faults put into the running code one at a time, to see whether a test notices: `make mutants`.

Read in this order: ``faults`` (what is broken, from the syntax tree), ``covering`` (which tests reach a line), ``live``
(how a fault gets into functions that are already imported), ``trial`` (one forked process a fault), ``report``.
"""
