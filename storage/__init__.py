"""The nouns, SQLite, migrations, and the engines that add up money."""
