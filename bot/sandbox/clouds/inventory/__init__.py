"""What stands in the made-up company's AWS accounts: moto's server, stocked from the ledger's bill.

moto runs in a process of its own (`process`, and `__main__` inside it). Beside the bot in one process it would compete with it
for the interpreter, hook itself into every botocore client made there, and want settings before its import. A process has none of
this, and in it moto's clock and dice can be loaded while the stock is made (`births`): resources get the ids that the bill names
and the age that it tells. It ends when its standard input does, so it outlives nobody, whichever way the parent went.

`bill` reads what there is, `organisation` makes the accounts, `stock` puts things in, `planted` adds what nobody needs any more.
"""
