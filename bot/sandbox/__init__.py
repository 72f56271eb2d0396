"""The local sandbox: a made-up company with clouds of its own, for the demo, the benchmarks and the end-to-end tests.

It imports neither handlers nor services, so that it cannot agree with them by accident.
"""
