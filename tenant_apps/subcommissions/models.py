"""How an agency shares its commission with its own sellers and points of sale."""
