"""Token-level mutants of the emitted code, each caught by the quick checks."""
