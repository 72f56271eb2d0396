"""The nouns. Standard library only, so that every floor can speak them without importing anything else."""
