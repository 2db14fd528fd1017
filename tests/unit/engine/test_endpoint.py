import httpx
import pytest

from minibroker.engine.endpoint import Answer, serving
from minibroker.model.errors import OutsideError


def test_a_host_without_an_address_is_told() -> None:
    with pytest.raises(OutsideError) as failure, serving("nosuch.invalid", 0, {}):
        pass
    assert failure.value.code == "host-unknown"
    assert failure.value.message == (
        "nosuch.invalid cannot be served: no address is known for this name"
    )
    assert (
        failure.value.remedy == "name one of this host with --host: localhost, or 0.0.0.0 for all"
    )


def test_pages_answer_and_others_are_told() -> None:
    pages = {"/healthz": lambda: Answer(b"alive\n"), "/readyz": lambda: Answer(b"{}", 503, "x/y")}
    with serving("localhost", 0, pages) as port:
        url = f"http://localhost:{port}"
        assert httpx.get(f"{url}/healthz?a=b").text == "alive\n"
        ready = httpx.get(f"{url}/readyz")
        assert (ready.status_code, ready.headers["content-type"]) == (503, "x/y")
        missing = httpx.get(f"{url}/")
        assert (missing.status_code, missing.text) == (404, "there are: /healthz, /readyz\n")
        with pytest.raises(OutsideError) as failure, serving("localhost", port, pages):
            pass
    assert failure.value.message == f"port {port} cannot be served: Address already in use"
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/healthz")
