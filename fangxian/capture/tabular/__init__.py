"""Lists of others, read as they are: file, rows, columns, values. Pure; nothing is recorded here."""
