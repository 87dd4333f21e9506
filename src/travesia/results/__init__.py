"""Labelled results of a run, and the folder that keeps them."""
