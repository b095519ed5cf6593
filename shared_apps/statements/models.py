"""What each party is owed and owes for a period."""
