"""Mail, code and on-site messages: rows in the same transaction as what they tell of."""
