"""Whose word about a request's sender is taken."""

from __future__ import annotations

from typing import Final

import pytest

from fangxian.kernel.proxies import Proxies, read_address, sent_securely

DECLARED: Final = Proxies.read(["10.1.0.0/16", "2001:db8::/64", "unix"])
NOBODY: Final = Proxies.read([])


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "client"),
    [
        ("10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("10.1.2.3", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # what a client wrote in front is not reached
        ("10.1.2.3", "198.51.100.7, 10.1.9.9", "198.51.100.7"),  # a second declared one speaks for the next
        ("10.1.2.3", "10.1.9.8, 10.1.9.9", "10.1.9.8"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "203.0.113.9, unknown", "10.1.2.3"),  # no address: nothing left of it counts
        ("10.1.2.3", "203.0.113.9, unknown, 10.1.9.9", "10.1.9.9"),
        ("10.1.2.3", "198.51.100.7:4711", "198.51.100.7"),
        ("10.1.2.3", "[2001:db9::7]:4711", "2001:db9::7"),
        ("2001:db8::1", "2001:db9::7", "2001:db9::7"),
        ("::ffff:10.1.2.3", "198.51.100.7", "198.51.100.7"),
        ("", "198.51.100.7", "198.51.100.7"),  # through the Unix socket
        ("", "", "127.0.0.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),  # not declared
        ("10.2.0.1", "198.51.100.7", "10.2.0.1"),
    ],
)
def test_the_client_is_the_nearest_that_is_not_declared(peer: str, forwarded_for: str, client: str) -> None:
    assert DECLARED.client(peer, forwarded_for) == client


@pytest.mark.parametrize("peer", ["10.1.2.3", "", "127.0.0.1"])
def test_without_a_declaration_nobody_is_believed(peer: str) -> None:
    assert not NOBODY
    assert not NOBODY.declared(peer)
    assert NOBODY.client(peer, "198.51.100.7") == (peer or "127.0.0.1")


@pytest.mark.parametrize("word", ["10.1.0.1/16", "0.0.0.0/0", "::/0", "proxy.example", "Unix", "10.1"])
def test_what_can_not_be_read_is_refused_by_name(word: str) -> None:
    with pytest.raises(ValueError, match=word.partition("/")[0].partition(".")[0]):
        Proxies.read(["10.1.0.0/16", word])


@pytest.mark.parametrize(
    ("said", "secure"),
    [("https", True), ("http", False), ("HTTPS ", True), ("https, http", False), ("http,https", True), ("", False)],
)
def test_the_nearest_proxy_says_last_how_it_was_reached(said: str, secure: bool) -> None:
    assert sent_securely(said) is secure


def test_an_ipv4_address_inside_ipv6_is_the_ipv4_one() -> None:
    assert str(read_address("::ffff:192.0.2.1")) == "192.0.2.1"
