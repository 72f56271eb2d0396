"""Root cause: which account, region, usage type and resource an anomaly comes from, and whether more was used or it cost more.

`explain` reads line items and answers with a `Cause`. What it holds against what: the days of the anomaly (whole weeks of them,
the last ones, once there is a week) against the same weekdays of the four weeks before it began. All amounts are a day's mean.
"""
