"""A source that sends distinct names and keys without end, and what a neighbour and the tables notice of it."""
