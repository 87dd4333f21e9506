"""The engine: host (floats), kernels (integers), the day loop, and the oracle in plain Python."""
