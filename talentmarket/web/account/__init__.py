"""Signing up and in, settings, security, and a person's data."""
