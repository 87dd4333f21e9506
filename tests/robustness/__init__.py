"""Malformed and hostile input: no traceback, and no plain fault that is passed over."""
