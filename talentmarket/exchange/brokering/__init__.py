"""Brokered placements: mandates of HR service firms, their terms, and what comes of them."""
