"""An organisation's fees: what a firm has earned, what an employer owes."""
