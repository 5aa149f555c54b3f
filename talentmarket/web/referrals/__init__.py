"""Referrals on each of their sides: the person, the firm that asks, the employer."""
