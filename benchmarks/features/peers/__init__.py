"""Whoever answers the questions: each a module with `answer(world, features, out)`, which writes the matrix."""
