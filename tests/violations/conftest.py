import ipaddress

import pytest


@pytest.fixture
def loopback(settings):
    settings.OUTBOUND_ALLOW = [ipaddress.ip_network("127.0.0.0/8")]
