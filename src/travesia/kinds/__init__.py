"""Kinds of runs: what each owns, loads, checks, offers, compiles and simulates."""
