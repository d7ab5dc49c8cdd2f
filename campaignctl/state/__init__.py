"""Stores of the state. `local` keeps it in a file beside the campaigns."""
