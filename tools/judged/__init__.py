"""How the judged set was drawn: documents from an invented market, pools from several rankers."""
