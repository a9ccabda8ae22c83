"""Learning from channels: live messages and backfill of their history."""
