"""A Cost Explorer over HTTP: the questions of AWS's own protocol, answered with exact sums of the ledger.

From the outside in: `server` (protocol, signature, meter, faults), `questions` (which operations there are), one module an
operation (`usage`, `values`, `forecast`), what they share (`request`, `filters`, `paging`, `amounts`), and `lines`, where the
bill of the ledger becomes the lines that AWS would show. What it refuses, it refuses in AWS's words (`errors`).
"""
