"""Policies as dated edits: instruments (open set), effects (closed set), timeline."""
