"""What a sale tells people: the customer, each provider, the agency. One handler per kind."""
