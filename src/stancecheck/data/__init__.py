"""Statements and pairs, and reading them from files and tables."""
