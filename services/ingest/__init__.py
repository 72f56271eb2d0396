"""A billing export goes in, whole or not at all."""
