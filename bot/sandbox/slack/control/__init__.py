"""The control API: act as a person, read what each person sees, look at traffic, switch faults on."""
