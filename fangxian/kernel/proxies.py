"""Declared proxies: who may say for whom a request comes and how it was sent. Nobody else's word is taken.

``X-Forwarded-For`` is read from its right end, where the nearest proxy writes: what a client puts in front of it is
never reached. A host that is declared speaks for the next one to the left, the first that is not is the client.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Protocol

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

UNIX: Final = "unix"
HERE: Final = "127.0.0.1"
"""Who comes through a Unix socket has no address; it is somebody on this machine."""


class _Request(Protocol):
    META: dict[str, Any]


def client_address(request: _Request) -> str:
    """From where a request comes: behind a declared proxy the client's address, else that of whoever connected.

    The proxy's word was weighed before any page began; the headers it came in are gone.
    """
    return str(request.META["REMOTE_ADDR"])


@dataclass(frozen=True, slots=True)
class Proxies:
    """The networks proxies stand in; ``unix`` for one that comes through a Unix socket."""

    networks: tuple[Network, ...] = ()
    unix: bool = False

    @classmethod
    def read(cls, words: Iterable[str]) -> Proxies:
        """From ``unix`` and networks such as ``10.1.0.0/16``. ValueError names a word that is neither.

        A network that holds every address is refused: it would let each client choose its own.
        """
        networks = []
        unix = False
        for word in words:
            if word == UNIX:
                unix = True
                continue
            network = ipaddress.ip_network(word)
            if network.prefixlen == 0:
                raise ValueError(f"{word} holds every address there is")
            networks.append(network)
        return cls(tuple(networks), unix)

    def __bool__(self) -> bool:
        return self.unix or bool(self.networks)

    def declared(self, peer: str) -> bool:
        """Whether whoever connected is one of them."""
        if not peer:
            return self.unix
        address = read_address(peer)
        return address is not None and self._holds(address)

    def client(self, peer: str, forwarded_for: str) -> str:
        """The client's address: the nearest host that is not declared. An entry that is no address ends the search,
        and the last one known stands."""
        last = str(read_address(peer) or peer or HERE)
        if not self.declared(peer):
            return last
        for entry in reversed(forwarded_for.split(",")):
            address = read_address(entry)
            if address is None:
                return last
            last = str(address)
            if not self._holds(address):
                return last
        return last

    def _holds(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


def sent_securely(forwarded_proto: str) -> bool:
    """What the nearest proxy says: it writes last."""
    return forwarded_proto.rpartition(",")[2].strip().lower() == "https"


def read_address(text: str) -> Address | None:
    """An address as proxies write it: plain, with a port, in brackets, an IPv4 one inside IPv6."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
