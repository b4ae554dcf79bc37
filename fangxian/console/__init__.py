"""The web pages for posts: server-rendered, one module a page under ``pages``.

Read ``shell`` (the frame of every page), ``asking`` and ``viewpoint`` (who asks, about what), ``opening`` (whom they
see by name), then any of ``pages``, say ``pages.my_day`` with its ``cards`` or ``pages.filling``, which hands a form
to ``intake``. ``feedback`` and ``problems`` say what became of it; ``stencil`` is how long lists are rendered.
"""
