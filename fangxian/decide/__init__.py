"""Decision tables over facts: what applies to a subject, since when, until when and why."""
