"""Which sides of the choices in a tree can be reached, and that each of these is read."""
