"""The append-only sequence of submissions, decisions, commands and ticks; the only way state changes."""
