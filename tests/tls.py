"""TLS for tests that speak something else than gRPC."""

import ssl

from chassis.tls.files import TlsFiles


def client_context(files: TlsFiles, *protocols: str) -> ssl.SSLContext:
    """What a client shows and whom it believes; `protocols` for ALPN (RFC 7301)."""
    context = ssl.create_default_context(cafile=files.trust)
    context.load_cert_chain(files.certificate, files.key)
    if protocols:
        context.set_alpn_protocols(protocols)
    return context
