"""Full text, facets, recall and suggestion, the same on an embedded index and on Elasticsearch.

Knows documents, requests and engines only: no web framework, no database, no application.
"""
