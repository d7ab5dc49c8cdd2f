"""Campaigns as code for bulk SMS in India: lint, plan, apply, and never text anyone twice."""

__version__ = "0.1.0"
