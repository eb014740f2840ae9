"""Ours, Fastify that stores nothing and Fastify that stores the same, side by side in one run."""
