"""Benchmarks: each figure one JSON line, with what it includes. No timed tests: nothing fails by being slow."""
