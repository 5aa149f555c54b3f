"""Mandates: an employer charges a firm with finding people, in terms both confirm."""
