"""From trees to what the formula is."""
