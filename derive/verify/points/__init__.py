"""The points at which the emitted functions are checked."""
