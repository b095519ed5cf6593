"""No table: dashboards read the sales journal."""
