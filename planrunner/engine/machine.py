"""What a run needs of this machine, and whether it has it: open files and local ports for its connections."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path

from msgspec import Struct

from planrunner.engine.checked import Checked
from planrunner.engine.program.walk import every, whole
from planrunner.errors import Place, Problems
from planrunner.plan import model
from planrunner.plan.model import Plan, Scenario, Setting
from planrunner.protocols.http.urls.url import absolute
from planrunner.values.expressions import compile_text
from planrunner.values.names import Names

SPARE = 64  # open files for reports, name lookups, setup and teardown, beside those that are open already
UNLIMITED = sys.maxsize


class Need(Struct, frozen=True):
    """What a run may need at most, when every VU is connected to every host that it asks."""

    files: int  # open at once, in each process
    connections: Mapping[str, int]  # to each host, of all processes, from the machine's usual address


class Has(Struct, frozen=True):
    """What this machine has; None where it does not say."""

    files: int | None  # that one process may have open
    ports: int | None  # that connections to one address can come from


def prepare(checked: Checked, problems: Problems, processes: int = 1) -> None:
    """Raise the limit of open files as far as we may, and warn of what will not suffice."""
    wanted = need(checked, processes, opened())
    complain(wanted, Has(raise_files(wanted.files), local_ports()), Place(checked.plan.file), problems)


def need(checked: Checked, processes: int = 1, already: int = 0) -> Need:
    """Count connections: a VU keeps one to each host it asks, and so does each of its lanes in `parallel`."""
    names = Names(checked.given.variables, runtime=False)
    files, connections = already + SPARE, defaultdict[str, int](int)
    for program in checked.program.scenarios:
        kept = _kept(checked.plan, checked.plan.scenarios[program.name], names)
        vus = program.work.schedule.max_vus
        files += ceil(vus / processes) * len(kept)
        for _, host, elsewhere in kept:
            if not elsewhere:  # each of the plan's own addresses has ports of its own
                connections[host] += vus
    return Need(files, dict(connections))


def complain(wanted: Need, has: Has, place: Place, problems: Problems) -> None:
    """Warn of what a run may need and this machine does not have."""
    if has.files is not None and wanted.files > has.files:
        limit = ceil(wanted.files / 1000) * 1000
        message = (
            f"up to {wanted.files} files and connections may be open at once, and this machine "
            f"allows {has.files}"
        )
        hint = (
            f"raise the limit (ulimit -n {limit}; systemd: LimitNOFILE={limit}; "
            f"docker: --ulimit nofile={limit}) or use fewer VUs"
        )
        problems.warn(message, place, hint)
    for host, count in wanted.connections.items():
        if has.ports is not None and count > has.ports:
            message = (
                f"up to {count} connections to {host} may be open at once, and this machine has "
                f"{has.ports} local ports for them"
            )
            hint = (
                'widen the range (sysctl -w net.ipv4.ip_local_port_range="1024 65535"), use fewer VUs or '
                "several addresses (`local_addresses`)"
            )
            problems.warn(message, place, hint)


def _kept(plan: Plan, scenario: Scenario, names: Names) -> set[tuple[int, str, bool]]:
    """Return the connections that one VU keeps.

    Each with the number of its lane, where it leads, and whether it comes from addresses that the plan lists.
    """
    found, beside = set[tuple[int, str, bool]](), set[int]()
    for step in every((*scenario.vu_setup, *scenario.steps), plan.flows):
        sends = [(0, step)]
        if isinstance(step.does, model.Parallel):
            sends = list(enumerate(step.does.steps))  # its first request goes through the VU's own lane
            beside.update(map(id, step.does.steps))
        elif id(step) in beside:
            continue
        for lane, send in sends:
            if isinstance(send.does, model.Send):
                request = whole(plan, send.does, scenario.http)
                host = _host(request, scenario.target or plan.target, names)
                found.add((lane, host, request.local_addresses is not None))
    return found


def _host(request: model.Request, target: Setting | None, names: Names) -> str:
    """Return where a request goes, as far as the plan says it: what the run computes stays as written."""
    assert request.url
    url, leads = _text(request.url, names), request.target or target
    scheme, sign, rest = (url if leads is None or absolute(url) else _text(leads, names)).partition("://")
    return f"{scheme}{sign}{rest.partition('/')[0]}"


def _text(setting: Setting, names: Names) -> str:
    problems = Problems()
    value = compile_text(setting, names, problems)
    return str(value.value) if value.constant and not problems.failed else setting.text


def raise_files(wanted: int) -> int | None:
    """Raise the limit of open files to what is allowed, and return it; None where there is none to be read.

    As Go's programs do, k6 among them. Where all is allowed some systems still refuse it (macOS), so what
    is wanted comes second.
    """
    try:
        import resource  # noqa: PLC0415  (not on Windows)
    except ImportError:
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (hard, wanted):
        if soft != resource.RLIM_INFINITY and (limit == resource.RLIM_INFINITY or limit > soft):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
            except (OSError, ValueError):
                continue
            soft = limit
            break
    return UNLIMITED if soft == resource.RLIM_INFINITY else soft


def opened(folders: Sequence[str] = ("/proc/self/fd", "/dev/fd")) -> int:
    """Return how many files are open now; 0 where the system does not tell."""
    for folder in folders:
        try:
            return sum(1 for _ in Path(folder).iterdir())
        except OSError:
            continue
    return 0


def local_ports(file: Path = Path("/proc/sys/net/ipv4/ip_local_port_range")) -> int | None:
    """Return how many local ports connections to one address can come from; None where it is not known."""
    try:
        first, last = map(int, file.read_text().split())
    except (OSError, ValueError):
        return None
    return last - first + 1
