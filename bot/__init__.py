"""The process: settings, wiring, transport, scheduler, health, command line, local sandbox."""
