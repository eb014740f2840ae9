import pytest
from django.test import Client
from django.utils import timezone

from tests.violations.web.strider import Shop, open_shop


@pytest.fixture
def shop(db) -> Shop:
    return open_shop(timezone.now())


@pytest.fixture
def ana(shop) -> Client:
    """Signed in as an editor of the shop."""
    client = Client()
    client.force_login(shop.ana.user)
    return client
