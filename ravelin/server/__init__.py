"""The REST server: publishes an economy while it runs, and takes orders for it."""
