"""Tables of the corridor scenario that are derived from public statistics."""
