"""Pages: routes parse, call one service and render."""
