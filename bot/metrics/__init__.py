"""Metrics, health and traces of the processes that stay: for Prometheus, orchestrators and OpenTelemetry."""
