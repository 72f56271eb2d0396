"""A bill goes in: read, mapped to FOCUS, written to the lake, added up into facts and cubes, listed in one commit."""
