"""Pictures of numbers: numbers in, PNG bytes and alt text out."""
