"""The page of all components, shown in demo mode and rendered by tests."""
