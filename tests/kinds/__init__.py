"""Kinds of runs."""
