"""Local clouds: what the demo's bot believes to be AWS, on loopback, over the one generated ledger.

`explorer/` answers as Cost Explorer, `inventory/` is moto's server in which the resources of the ledger's bill stand, and `rig`
starts both and says which environment leads there. Whoever asks is the deployed code, untouched: it finds its clouds by AWS's own
variables. Nothing here knows handlers or services, so that the fakes cannot agree with them by accident.
"""
