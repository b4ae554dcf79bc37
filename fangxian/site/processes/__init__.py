"""What ``fangxian run`` starts, watches and stops: PostgreSQL, the web server, the worker, the clock.

Nothing here loads Django's applications: the watching process stays small and is ready in a fraction of a second.
"""
