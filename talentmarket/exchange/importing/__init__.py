"""Reference postings (转载参考) from files: read, recognise, store, report."""
