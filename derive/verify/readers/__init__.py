"""Emitted text read back: what a function of a file computes, as a tree of operations, from the text alone."""
