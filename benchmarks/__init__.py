"""Benchmarks: each a command that prints JSON lines, progress on stderr."""
