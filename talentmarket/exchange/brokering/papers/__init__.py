"""Papers (PDF) that leave the exchange: letter of entrustment, receipt of a referral, statement.

They are written in Chinese whatever the reader's language: they are shown to Chinese offices and
filed by Chinese book-keepers.
"""
