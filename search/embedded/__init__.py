"""The embedded engine: tantivy in this process, files in a folder, no server.

One process writes (it holds a lock on the folder), any number read. What is asked for again in a
state that lasts is looked up in arrays, made of the lists in tantivy's files (`views`, `arrays`).
"""
