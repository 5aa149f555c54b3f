"""An organisation's reports."""
