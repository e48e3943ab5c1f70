import http.client
import ssl

import pytest
from nginx import BODY, Nginx

pytestmark = pytest.mark.server("nginx")


def test_nginx_answers_json_on_one_connection_for_as_long_as_one_asks(nginx: Nginx) -> None:
    connection = http.client.HTTPConnection(nginx.url.partition("://")[2], timeout=10)
    replies = []
    for _ in range(3):
        connection.request("GET", "/json?a=1")
        replies.append(connection.getresponse().read())
    connection.close()
    lines = nginx.requests()
    assert replies == [BODY] * 3
    assert [line.rsplit(" ", 1)[0] for line in lines] == ["GET /json?a=1 200"] * 3
    assert len({line.rsplit(" ", 1)[1] for line in lines}) == 1


def test_nginx_fails_on_order_and_logs_everything(nginx: Nginx) -> None:
    assert [nginx.ask(path) for path in ("/fail", "/elsewhere")] == [500, 404]
    assert [line.split()[:3] for line in nginx.requests()] == [
        ["GET", "/fail", "500"],
        ["GET", "/elsewhere", "404"],
    ]


def test_nginx_with_tls_is_trusted_through_its_ca_file(nginx_tls: Nginx) -> None:
    assert nginx_tls.url.startswith("https://127.0.0.1:")
    assert nginx_tls.ask("/json") == 200


def test_nginx_with_tls_is_not_trusted_without_it(nginx_tls: Nginx) -> None:
    address = nginx_tls.url.partition("://")[2]
    connection = http.client.HTTPSConnection(address, timeout=10, context=ssl.create_default_context())
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/json")
    connection.close()
