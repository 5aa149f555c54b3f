"""The office's records kept by law: assessments, incidents, self-checks."""
