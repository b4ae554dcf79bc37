"""Ways in: lists of others, collecting apps, devices. Nothing here writes but through the journal."""
