"""Commission invoices, self-billed under a mandate (L7)."""
