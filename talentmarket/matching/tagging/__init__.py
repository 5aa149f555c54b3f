"""Tags of a posting, learned from postings that carry some: base scores, what of a tag stands in the text, and a learned order of both."""
