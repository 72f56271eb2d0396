"""Is this day's cost out of the ordinary? Pure numbers: no storage, no clock, no words; `judging.judge` is the way in."""
