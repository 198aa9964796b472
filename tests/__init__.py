"""Tests mirror src/corredor, a folder per room."""
