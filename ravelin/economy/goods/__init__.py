"""Goods: catalog, prices, suppliers, shops."""
