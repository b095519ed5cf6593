"""The page "why this rate?" that both doors show: its form, and what it answers."""
