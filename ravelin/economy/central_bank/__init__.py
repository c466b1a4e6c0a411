"""The central bank: policy rate, reserves, purchases."""
