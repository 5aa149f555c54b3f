"""The start of a placement: confirmed by a link, proved, decided."""
