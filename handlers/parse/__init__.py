"""Words a person typed, in: a verb, typed arguments, a question; or an error that quotes the word."""
