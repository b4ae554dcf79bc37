"""Decision tables (OMG DMN 1.5): read, checked for gaps and overlaps, compiled to SQL, run in DuckDB. No Django.

Read ``types`` (a table once read), ``sheet`` and ``read`` (from a spreadsheet), ``feel`` (the language of its cells),
``regions`` and ``check`` (gaps, overlaps), then ``compile`` → ``query`` → ``engine`` for many rows and ``few`` for
few. ``cases`` runs worked examples, ``explain`` says why, ``derived`` knows when time changes an outcome.
"""
