"""Hand-made parts of the evidence ledger and the helpers that read web addresses and periods."""
