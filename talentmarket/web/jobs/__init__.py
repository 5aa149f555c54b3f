"""Jobs as everybody sees them: search, the page of one, reports, what a person saved."""
