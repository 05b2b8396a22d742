# Example configurations, the schema, units and the quickstart.
