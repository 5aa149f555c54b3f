"""Referrals: a firm asks a person, and with consent refers it to exactly one employer."""
