"""What the pages show and how fast, over HTTP as a browser asks for them."""

import html
import http.client
import re
import time
from dataclasses import dataclass
from statistics import quantiles

from benchmarks.data import Json
from benchmarks.ingest.processes import BenchmarkError

REQUESTS = 20
_ROW = re.compile(r"<tr data-item>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.DOTALL)
_LINK = re.compile(r'class="row-link"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = re.compile(r"<(?:[^>\"]|\"[^\"]*\")*>")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: what it says, its count, its source."""

    what: str
    count: str
    source: str

    def __str__(self) -> str:
        return f"{self.count:>9}  {self.source:10} {self.what[:90]}"


@dataclass(frozen=True, slots=True)
class Shown:
    p95_ms: float
    rows: list[Row]


class Pages:
    def __init__(self, port: int, setup: Json) -> None:
        self.port = port
        self.paths = setup["pages"]
        self.headers = {"Cookie": setup["cookie"]}

    def ask(self, name: str, query: str = "") -> tuple[float, str]:
        """Milliseconds, and the page. Raises BenchmarkError."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        client.request("GET", f"{self.paths[name]}?{query}", headers=self.headers)
        answer = client.getresponse()
        text = answer.read().decode()
        took = (time.perf_counter() - began) * 1000
        client.close()
        if answer.status != 200:
            raise BenchmarkError(f"{name} answered {answer.status}")
        return took, text

    def show(self, name: str) -> Shown:
        self.ask(name)
        asked = [self.ask(name, f"n={number}") for number in range(REQUESTS)]
        return Shown(quantiles([took for took, _ in asked], n=20)[-1], rows(asked[-1][1]))


def rows(page: str) -> list[Row]:
    found = []
    for text in _ROW.findall(page):
        link, cells = _LINK.search(text), _CELL.findall(text)
        if link:
            found.append(Row(_words(link[1]), _words(cells[2].partition("</strong>")[0]), _words(cells[5])))
    return found


def _words(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", markup)).split())
