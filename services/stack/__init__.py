"""The whole of Courtlist on one machine, from packages alone: `python -m stack run`.

A real PostgreSQL and a real Valkey come as wheels and run under a small supervisor together with
the services, each a process of its own. Nothing here knows a legal rule: services are started as
processes and asked for their health over gRPC.

    launch -> process -> postgres, valkey, service -> supervisor -> __main__
"""
