"""The watch: judges every series each morning and keeps episodes true. `service.py` is the way in, `rules.py` has the numbers."""
