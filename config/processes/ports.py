"""Is the address free, and if not, who has it?"""

import socket

import psutil


class PortError(Exception):
    """The address cannot be listened on; the text says why and what to set."""


def require_free(host: str, port: int) -> None:
    """Raise PortError when HOST:PORT cannot be bound.

    Asked before the web server starts: its processes share the port (SO_REUSEPORT), so a second
    server of the same user would not fail but steal half of the requests.
    """
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise PortError(f"HOST is wrong: {host!r} is no address of this machine ({error.strerror})") from None
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError:
            raise PortError(
                f"PORT {port} may only be used by root: choose one above 1023, such as PORT=8000"
            ) from None
        except OSError as error:
            raise PortError(_explain(host, port, error)) from None


def _explain(host: str, port: int, error: OSError) -> str:
    if error.errno != 98 and "in use" not in (error.strerror or ""):
        return f"HOST is wrong: cannot listen on {host!r} ({error.strerror})"
    holder = _holder(port)
    used = f"Port {port} is already used{f' by {holder}' if holder else ''}."
    return f"{used} Stop that, or choose another port: PORT={_free_port(host)} make run"


def _holder(port: int) -> str:
    """`name (process 12)` of whoever listens on the port, "" when the system does not tell."""
    try:
        for connection in psutil.net_connections("tcp"):
            is_it = connection.laddr and connection.laddr.port == port
            if is_it and connection.status == psutil.CONN_LISTEN and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return ""


def _free_port(host: str) -> int:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
