"""SPIFFE ids: one name, one id, and nothing else of the trust domain."""

import pytest

from authority.peer import Peer, PeerKind, read_spiffe_id

DOMAIN = "courtlist.example"


@pytest.mark.parametrize(
    ("peer", "uri", "host"),
    [
        (
            Peer(PeerKind.COURT, "京0105"),
            "spiffe://courtlist.example/court/xn--0105-4x5f",
            "xn--0105-4x5f.court.courtlist.example",
        ),
        (
            Peer(PeerKind.PARTNER, "rail-1"),
            "spiffe://courtlist.example/partner/rail-1",
            "rail-1.partner.courtlist.example",
        ),
        (
            Peer(PeerKind.SERVICE, "registry"),
            "spiffe://courtlist.example/service/registry",
            "registry.service.courtlist.example",
        ),
        (
            Peer(PeerKind.OPERATOR, "Op_1"),
            "spiffe://courtlist.example/operator/Op_1",
            "op_1.operator.courtlist.example",
        ),
    ],
)
def test_a_peer_has_one_id_and_one_host_name(peer: Peer, uri: str, host: str) -> None:
    assert peer.spiffe_id(DOMAIN) == uri
    assert peer.host_name(DOMAIN) == host
    assert read_spiffe_id(uri, DOMAIN) == peer


@pytest.mark.parametrize("code", ["京0105", "豫0199", "最高法", "A1", "京", "0105京"])
def test_a_courts_code_is_found_again(code: str) -> None:
    court = Peer(PeerKind.COURT, code)
    assert read_spiffe_id(court.spiffe_id(DOMAIN), DOMAIN) == court


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "spiffe://courtlist.example",
        "spiffe://courtlist.example/service",
        "spiffe://courtlist.example/service/",
        "spiffe://courtlist.example/service/registry/",
        "spiffe://courtlist.example/service/registry/x",
        "spiffe://courtlist.example/service/registry?x=1",
        "spiffe://courtlist.example/service/registry\n",
        "spiffe://courtlist.example/SERVICE/registry",
        "spiffe://courtlist.example/emperor/registry",
        "spiffe://courtlist.example.evil/service/registry",
        "spiffe://elsewhere.example/service/registry",
        "spiffe://COURTLIST.example/service/registry",
        "https://courtlist.example/service/registry",
        "spiffe://courtlist.example/service/" + "a" * 64,
        "spiffe://courtlist.example/court/%E4%BA%AC0105",
        "spiffe://courtlist.example/court/京0105",
        # Punycode that is none, that hides plain ASCII, and that is written in two ways.
        "spiffe://courtlist.example/court/xn--!!",
        "spiffe://courtlist.example/court/xn--0105-",
        "spiffe://courtlist.example/court/xn--0105-4X5F",
        # A terminal's direction, half a character, and a lookalike of operator-1.
        "spiffe://courtlist.example/operator/xn--admin-kz3b",
        "spiffe://courtlist.example/operator/xn--ib9b",
        "spiffe://courtlist.example/operator/xn--perator-1-z2h",
        "spiffe://courtlist.example/partner/xn--rail-1",
        "spiffe://courtlist.example/service/.",
        "spiffe://courtlist.example/service/..",
        "spiffe://courtlist.example/court/a.b",
        "spiffe://courtlist.example/court/" + "a" * 21,
    ],
)
def test_whatever_is_written_otherwise_is_nobody(uri: str) -> None:
    assert read_spiffe_id(uri, DOMAIN) is None
