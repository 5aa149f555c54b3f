"""The public page that checks the code of a paper."""
