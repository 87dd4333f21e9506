"""Many runs at once: plans, executors, stores, bands and paired comparison."""
