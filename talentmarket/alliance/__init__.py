"""The operator's desk: verification, review, complaints, inspection."""
