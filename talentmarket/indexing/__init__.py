"""Rows to search documents: projects, drains the outbox, rebuilds, checks."""
