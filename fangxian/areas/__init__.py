"""The administrative tree: any country's levels, valid in time; subtrees are half-open ranges of stable paths.

Read ``types`` (areas, rows of a file), ``levels``, then ``rules`` (names, addresses, what is wrong with a file and
what it changes). A file goes from ``listing`` to ``actions``, which writes by ``planting``; others read by
``queries``, mostly out of ``cache``.
"""
