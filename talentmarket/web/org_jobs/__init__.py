"""An organisation's jobs: list, write, check, close, letters of entrustment."""
