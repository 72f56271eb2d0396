"""What costs more, or less, than it should: found, told, and brought to an end by somebody."""
