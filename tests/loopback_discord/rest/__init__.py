"""Its REST API, and the limits that requests must keep."""
