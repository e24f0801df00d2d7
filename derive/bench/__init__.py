"""Benchmarks: they print, and assert nothing, because the machines they run on are noisy."""
