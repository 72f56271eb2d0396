"""The generated ledger: what the made-up company really spent, line by line, in three clouds.

It is the one truth of the sandbox. `generator.generate` writes it as FOCUS Parquet, `reader.connect` opens it again as one
DuckDB view, and every fake cloud that answers with costs (Cost Explorer, an export, BigQuery, Azure) answers from that view.

How it is made, in the order of the modules:

1. `organisation`, `catalogue/`, `workloads`, `commitments`: who exists, what can be bought, who spends how much on it.
2. `story`, `days`: growth, weekdays, the launch, the leak, the spike; which hours of the last days have arrived.
3. `streams`: dollars a day of each workload, cut by purchase option. Nothing up to here depends on the number of rows.
4. `plan`: how finely each stream is sliced (resources, usage types, hours) so that the asked number of rows comes out.
5. `usage`, `charges`: the rows of a month, in integers; `facts`, `table`: the same as Arrow with the columns of FOCUS.

The same months, day, seed and number of rows give the same rows in the same order.
"""
