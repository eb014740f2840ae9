import ipaddress
import socket
import ssl
import threading
import time

import pytest

from delivery import outbound
from tests.delivery.receiver import status


def resolving(monkeypatch, *answers):
    """A resolver that gives one answer after the other, and the list of names it was asked."""
    asked, left, real = [], list(answers), socket.getaddrinfo

    def getaddrinfo(host, port, *args, **kwargs):
        if host.replace(".", "").isdecimal():
            return real(host, port, *args, **kwargs)
        asked.append(host)
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))
            for ip in left.pop(0)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_call_arrives_as_it_was_sent(receiver):
    receiver.answers = [status(201, {"X-Request": "7"}, b"made")]
    response = outbound.post(f"{receiver.url}/v1/track?a=1", b'{"a":1}', {"Content-Type": "application/json"})
    assert (response.status, response.headers["x-request"], response.body) == (201, "7", b"made")
    [got] = receiver.got
    assert (got.path, got.body, got.headers["Content-Type"]) == (
        "/v1/track?a=1",
        b'{"a":1}',
        "application/json",
    )
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]",
     "①②⑦.⓪.⓪.①", "0", "169.254.169.254", "[fe80::1]"],
)  # fmt: skip
def test_private_addresses_are_refused_however_they_are_written(host, settings):
    settings.OUTBOUND_ALLOW = []
    with pytest.raises(outbound.Refused, match="private address"):
        outbound.post(f"https://{host}/v1/track", b"", {})


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com", "example.com", "https://", "https://user:secret@example.com", "https://exa mple.com",
     "https://example.com:0/", "https://example.com:99999/", "https://exam\nple.com/", "file:///etc/passwd",
     "https://[::1", "gopher://example.com"],
)  # fmt: skip
def test_what_is_no_ordinary_address_is_refused(url):
    with pytest.raises(outbound.Refused):
        outbound.post(url, b"", {})


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch, settings):
    settings.OUTBOUND_ALLOW = []
    resolving(monkeypatch, ["93.184.216.34", "10.0.0.5"])
    with pytest.raises(outbound.Refused, match=r"10\.0\.0\.5"):
        outbound.post("https://sneaky.example/", b"", {})


def test_a_name_is_resolved_once_so_it_cannot_point_elsewhere_after_the_check(monkeypatch, settings):
    settings.OUTBOUND_ALLOW = []
    asked = resolving(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    connected = []

    def connect(address, timeout):
        connected.append(address)
        raise ConnectionRefusedError("no")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outbound.Unreachable):
        outbound.post("https://rebinding.example/", b"", {})
    assert asked == ["rebinding.example"]
    assert connected == [("93.184.216.34", 443)]


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://plain.example/", "https://"), ("https://mail.example:25/", "Port 25")],
)
def test_public_hosts_are_called_by_https_on_web_ports_only(monkeypatch, settings, url, words):
    settings.OUTBOUND_ALLOW = []
    resolving(monkeypatch, ["93.184.216.34"])
    with pytest.raises(outbound.Refused, match=words):
        outbound.post(url, b"", {})


def test_the_next_address_is_tried_when_the_first_takes_no_connection(receiver, monkeypatch):
    resolving(monkeypatch, ["127.0.0.9", "127.0.0.1"])
    assert outbound.post(f"http://two.example:{receiver.port}/", b"", {}).status == 200


def test_redirects_are_not_followed(receiver):
    receiver.answers = [status(302, {"Location": f"{receiver.url}/elsewhere"})]
    assert outbound.post(receiver.url, b"", {}).status == 302
    assert len(receiver.got) == 1


def test_proxies_of_the_environment_are_ignored(receiver, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert outbound.post(receiver.url, b"", {}).status == 200


def test_a_long_answer_is_read_to_64_kb_only(receiver):
    receiver.answers = [status(200, body=b"x" * 500_000)]
    assert len(outbound.post(receiver.url, b"", {}).body) == 64 * 1024


def test_a_header_cannot_smuggle_another(receiver):
    with pytest.raises(outbound.Refused):
        outbound.post(receiver.url, b"", {"Authorization": "a\r\nX-Evil: 1"})


@pytest.mark.parametrize("drip", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"])
def test_an_answer_that_drips_ends_at_the_deadline(receiver, drip):
    gone = threading.Event()

    def answer(handler):
        handler.wfile.write(drip)
        while not gone.wait(0.05):
            handler.wfile.write(b"x")

    receiver.answers = [answer]
    began = time.monotonic()
    with pytest.raises(outbound.Unreachable):
        outbound.post(receiver.url, b"", {}, outbound.Deadline(time.monotonic() + 0.5))
    gone.set()
    assert time.monotonic() - began < 2


def test_a_connection_that_breaks_is_worth_another_try(receiver):
    receiver.answers = [lambda handler: handler.connection.close()]
    with pytest.raises(outbound.Unreachable):
        outbound.post(receiver.url, b"", {})


def test_nobody_listening_is_worth_another_try(loopback):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(outbound.Unreachable):
        outbound.post(f"http://127.0.0.1:{port}/", b"", {})


def test_an_answer_that_is_not_http_is_worth_another_try(receiver):
    receiver.answers = [lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9\r\n")]
    with pytest.raises(outbound.Unreachable):
        outbound.post(receiver.url, b"", {})


def test_tls_is_asked_for_by_the_name_and_checked_against_it(loopback, monkeypatch, self_signed):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed.certificate, self_signed.key)
    names = []
    context.sni_callback = lambda connection, name, context: names.append(name)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def serve():
            for _ in range(2):
                connection, _ = server.accept()
                with connection:
                    try:
                        with context.wrap_socket(connection, server_side=True) as secure:
                            secure.recv(4096)
                            secure.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
                    except ssl.SSLError:
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        resolving(monkeypatch, ["127.0.0.1"], ["127.0.0.1"])
        with pytest.raises(outbound.Unreachable, match="certificate"):
            outbound.post(f"https://right.example:{port}/", b"", {})
        trusting = ssl.create_default_context(cafile=str(self_signed.certificate))
        monkeypatch.setattr(outbound, "TLS", trusting)
        assert outbound.post(f"https://right.example:{port}/", b"", {}).status == 204
        thread.join()
    assert names == ["right.example", "right.example"]


def test_ipv6_networks_can_be_allowed_too(settings, monkeypatch):
    settings.OUTBOUND_ALLOW = [ipaddress.ip_network("::1/128")]
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda address, timeout: (_ for _ in ()).throw(OSError("reached")),
    )
    with pytest.raises(outbound.Unreachable, match="reached"):
        outbound.post("http://[::1]:8123/", b"", {})
