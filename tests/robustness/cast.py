from stack.layout import Service, ours


def cast() -> tuple[Service, ...]:
    """The registry and one field: the others share the engine, and these two cores."""
    return tuple(service for service in ours() if service.name in {"registry", "travel"})
