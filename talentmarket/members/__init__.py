"""Accounts, talents, organisations, licences, consents and privacy."""
