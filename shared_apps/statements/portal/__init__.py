"""The former portal's figures held against a statement, order by order. Pure, no database."""
