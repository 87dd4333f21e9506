"""The simulated twins of published statistics, and how well they fit."""
