"""No table: providers see what the other apps hold for them."""
