"""An organisation's own room: first page, card, people, proofs, licence, claims."""
