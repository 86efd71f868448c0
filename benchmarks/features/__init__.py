"""How the feature engine stands beside others that answer the same questions, and beside what none can beat."""
