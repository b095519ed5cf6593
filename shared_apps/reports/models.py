"""No table: dashboards read the sales journal and, for what is paid, the statements."""
