"""Checks of a scenario, one fault each, grouped by what they look at."""
