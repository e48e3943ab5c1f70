"""What the texts of Linux's /proc and /sys say: pure functions.

None where one does not say it; ValueError or LookupError where it is another text.
"""

from __future__ import annotations

STEAL = 7  # place of the stolen time in the line of all cores (proc(5), /proc/stat)
SUMMED = 8  # times of that line that add up to all of it: those of guests are in the others


def waited(schedstat: str) -> float | None:
    """Read for how many seconds a thread could have run and had no core (/proc/thread-self/schedstat)."""
    computed, waited, _ = map(int, schedstat.split())
    return waited / 1e9 if computed else None  # a kernel that does not count says 0 of both


def stolen(stat: str) -> tuple[int, int]:
    """Read the time that a hypervisor took from this machine, and all of its time (/proc/stat)."""
    times = [int(number) for number in stat.partition("\n")[0].split()[1:]]
    return times[STEAL], sum(times[:SUMMED])


def sockets(sockstat: str) -> int:
    """Count TCP sockets, those that wait to be closed included (/proc/net/sockstat)."""
    (words,) = (line.split()[1:] for line in sockstat.splitlines() if line.startswith("TCP:"))
    counts = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    return counts["inuse"] + counts["tw"]


def held_back(cpu_stat: str) -> float | None:
    """Read for how many seconds a CPU limit held a group of processes back (cpu.stat of either version)."""
    numbers = {name: int(value) for name, value in map(str.split, cpu_stat.splitlines())}
    if "throttled_usec" in numbers:
        return numbers["throttled_usec"] / 1e6
    return numbers["throttled_time"] / 1e9 if "throttled_time" in numbers else None


def groups(cgroup: str) -> list[str]:
    """List where the cpu.stat of this process may be, the nearest first (/proc/self/cgroup).

    In a container the path is often that of the host, and what the container sees is at the top.
    """
    found = []
    for line in cgroup.splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0" or "cpu" in controllers.split(","):  # version 2, or version 1's for CPU time
            top = "/".join(filter(None, ("/sys/fs/cgroup", controllers)))
            parts = [part for part in path.split("/") if part]
            found += ["/".join([top, *parts[:count], "cpu.stat"]) for count in range(len(parts), -1, -1)]
    return found
