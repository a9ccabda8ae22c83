"""Experts: which role is asked for help, and what becomes of their answers."""
