"""Several processes: who answers and learns for which shard, and who identifies when."""
