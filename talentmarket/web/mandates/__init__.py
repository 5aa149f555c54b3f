"""Mandates: the firm's pages, the client's, and the handler's without an account."""
