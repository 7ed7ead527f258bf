"""`certificates show`: whose a certificate is, and until when."""

from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509

from cli.errors import UsageError
from cli.invocation import Invocation
from cli.registration import command, group
from cli.views.tables import pairs


def register(app: typer.Typer) -> None:
    """Add the group."""
    certificates = group("Certificates; `python -m certificates --help` makes them.")
    app.add_typer(certificates, name="certificates")

    @command(certificates, "show", example="courtlist certificates show trust.pem")
    def show(
        invocation: Invocation,
        file: Annotated[
            Path, typer.Argument(metavar="FILE", help="PEM: a certificate or a bundle.")
        ],
    ) -> None:
        """Whom each certificate in a file names, who has signed it, and when it counts."""
        try:
            found = x509.load_pem_x509_certificates(file.read_bytes())
        except ValueError:
            raise UsageError(
                f"{file}: holds no certificate in PEM",
                next_step="name a .pem of a certificate, not of a key",
            ) from None
        said = [_said(one) for one in found]
        shown = [pairs(one["names"], one.items()) for one in said]
        invocation.output.result({"certificates": said}, *shown)


def _said(certificate: x509.Certificate) -> dict[str, str]:
    return {
        "names": ", ".join(_names(certificate)),
        "signedBy": certificate.issuer.rfc4514_string(),
        "from": certificate.not_valid_before_utc.isoformat(),
        "to": certificate.not_valid_after_utc.isoformat(),
        "serial": f"{certificate.serial_number:x}",
    }


def _names(certificate: x509.Certificate) -> list[str]:
    """Its URIs and host names; its subject where it has none."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return [certificate.subject.rfc4514_string()]
    names = extension.value
    return [
        *names.get_values_for_type(x509.UniformResourceIdentifier),
        *names.get_values_for_type(x509.DNSName),
    ]
