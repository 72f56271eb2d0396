"""The Web API, one file a family. A method declares its name and what it needs beside its function, and is found by looking."""
