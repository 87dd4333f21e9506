"""Readers of other simulators' input folders."""
