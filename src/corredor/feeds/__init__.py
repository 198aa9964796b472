"""Feeds: one module per publisher, its format in, record entries out."""
