"""The files that every English authority already holds, one folder a standard."""
