"""What a firm works on: its referrals by stage, as a board and as a table, and a consultant's day."""
