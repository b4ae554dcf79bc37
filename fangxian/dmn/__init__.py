"""Decision tables (OMG DMN 1.5): read, checked for gaps and overlaps, compiled to SQL, run in DuckDB. No Django."""
