"""Lists of others, read as they are. Pure; nothing is recorded here. Read in this order:

1. ``types`` (sheet, target, line), ``read`` with its readers: bytes → the rows of one sheet, or why they are no list.
2. ``headers`` and ``headings``: where the list is in a sheet; when two headings mean the same.
3. ``columns``, ``value_evidence``, ``column_assignment``: what each column means, how sure, on what ``Evidence``.
4. ``rows``, ``cells``, ``date_orders``, ``people``, ``duplicates``: lines of typed values, and what is wrong in each.
5. ``difference``, ``result``: a later version against the one before; the file that tells what became of each line.
"""
