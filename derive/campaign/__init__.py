"""Independent chunks of work on any executor, with a journal."""
