"""Users, posts, the permission table, the scope a request acts under, and the log of who looked at whom."""
