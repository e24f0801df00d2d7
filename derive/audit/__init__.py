"""Finds KL terms in Python files and notebooks and reports those that are wrong, misnamed, or at odds with their
sampler.
"""
