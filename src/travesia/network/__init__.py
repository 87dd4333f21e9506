"""The graph of places and legs as arrays, free of names and files."""
