"""How long a tester waits for `planrunner validate`: a plan of 300 lines, start-up included.

`python -m benchmarks.startup` prints the processor time of the whole command, and that of Python itself and
of the JSON-schema library alone, from the same run: the difference is ours. Measure an installed copy
(`pip install .`); in a checkout, Python's search for the editable package adds to it.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROUNDS = 9
TARGET = 0.3  # seconds for the whole command

ENDPOINT = """  e{number}:
    post: /api/{number}?n=${{n}}
    headers:
      X-Trace: ${{uuid()}}
    json:
      a: ${{vu.id}}
      b: [1, 2]
    checks:
      - status: 200
      - json: $.a.b
      - duration: {{below: 1s}}
    save:
      t{number}: {{json: $.t}}
"""


def plan(endpoints: int = 21) -> str:
    """Write a plan of some 300 lines."""
    head = "name: Three hundred lines\ntarget: http://127.0.0.1:1\nvariables:\n  n: 5\nendpoints:\n"
    steps = "".join(f"  - request: e{number}\n" for number in range(endpoints))
    body = "".join(ENDPOINT.format(number=number) for number in range(endpoints))
    return f"{head}{body}load: {{vus: 5, duration: 10s}}\nsteps:\n{steps}"


def cpu(command: Sequence[str]) -> float:
    """Return the processor time of a command, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure in turns, print medians; 1 when the target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.yml"
        file.write_text(plan())
        commands = {
            "planrunner validate": ["-m", "planrunner", "validate", str(file)],
            "python": ["-c", "pass"],
            "python, import jsonschema": ["-c", "import jsonschema"],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, arguments in commands.items():
                times[name].append(cpu([sys.executable, *arguments]))
    for name, found in times.items():
        print(f"{statistics.median(found) * 1000:6.0f} ms  {name}")
    return int(statistics.median(next(iter(times.values()))) > TARGET)


if __name__ == "__main__":
    sys.exit(main())
