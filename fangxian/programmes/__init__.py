"""Programme folders: their types, loader, forms and the fold from submissions to facts. Pure: no Django, no clock.

Read ``types`` (a programme as the rest sees it), ``folder`` and ``load`` with ``reading`` (from files, or every
mistake in them), ``forms`` and ``expressions`` (what a form asks and means), ``facts`` (the fold), then ``actions``,
which publishes, and ``queries``. Only these two and ``models`` know Django.
"""
