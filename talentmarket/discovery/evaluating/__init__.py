"""Judged sets: what is asked, what is relevant, what the site's own search finds."""
