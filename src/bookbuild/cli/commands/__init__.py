"""The tasks, one per module, found by themselves."""
