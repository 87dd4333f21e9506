"""One small file per instrument: a spec with its parameters and a pure function to effects."""
