"""How the service is: which bills it has, how far they reach, when they came in."""
