"""Compiling: the only bridge from names to numbers."""
