"""A person's notices, and the demo's page of sent messages."""
