"""The economy, a folder a domain: what is (tables), what it goes by (parameters), what happens (rules)."""
