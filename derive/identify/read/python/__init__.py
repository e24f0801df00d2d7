"""Python text, parsed by ``ast`` and never run."""
