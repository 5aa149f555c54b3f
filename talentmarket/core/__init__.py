"""Foundations every room stands on: settings, clock, database rules, events, outbox, files."""
