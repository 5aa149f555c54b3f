"""The embedded engine: tantivy in this process, files in a folder, no server.

One process writes (it holds a lock on the folder), any number read.
"""
