"""Replication packages: what a reader needs to run an analysis again, and the check that it is the same."""
