"""Signing up and in, security, notices, a person's data."""
