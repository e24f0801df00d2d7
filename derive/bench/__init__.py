"""Benchmarks: they print, and assert nothing, because the machines they run on are noisy.

The speed of the emitted files is a ratio of times that were taken in turns, in one process, on one core.
"""
