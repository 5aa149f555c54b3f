"""The firms' books: a double-entry ledger of fees, its statements, and how it is checked."""
