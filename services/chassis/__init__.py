"""What every service needs, and no word of the domain: wire manners, stores, settings, logs.

Nothing here reads the environment or opens a connection when imported. A service's `__main__`
builds these parts from its settings and hands them on as values.
"""
