"""Cohorts and departures become parties."""
