"""Which addresses may be called: those of the public internet, and the private networks that OUTBOUND_ALLOW names."""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IPv6 networks that stand for IPv4 addresses: how many bits follow the IPv4 address inside them.
_CARRIERS = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (ipaddress.IPv6Network("::/96"), 0),  # compatible
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # SIIT
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4
)
# Not for the public, whatever `is_global` says of them on some Python.
_CLOSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
    )
)


def plain(text: str) -> Address:
    """The address behind `text`, IPv4 where IPv6 merely carries it; a zone (`%eth0`) is dropped."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        for network, shift in _CARRIERS:
            if address in network and int(address) > 1:
                return ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    return address


def is_listed(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether a network of OUTBOUND_ALLOW holds it."""
    return any(address in network for network in allowed)


def is_public(address: Address) -> bool:
    """Whether it is an ordinary host of the public internet."""
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _CLOSED)
    )
