"""Makes the picture of Prometheus for its page: `python docs/pictures_of_outputs.py`."""  # noqa: INP001 - a script

import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlencode

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS.parent / "tests")]

from nginx import program  # noqa: E402
from prometheus import prometheus  # noqa: E402

SHOWN = "sum by (name, status) (rate(k6_http_reqs_total[10s]))"


def main() -> None:
    """Run the plan of the other pictures with an output, and look at what came."""
    with tempfile.TemporaryDirectory() as folder, prometheus(Path(folder)) as server:
        plan, out = str(DOCS / "pictures.yml"), f"prometheus={server.write}"
        command = [sys.executable, "-m", "planrunner", "run", plan, "--out", out, "--quiet"]
        subprocess.run(command, check=False)  # noqa: S603 - its verdict is no matter
        graph = {"g0.expr": SHOWN, "g0.tab": "0", "g0.range_input": "2m", "g0.step_input": "2"}
        page = f"{server.url}/classic/graph?{urlencode(graph)}"
        shot = f"--screenshot={DOCS / 'images' / 'prometheus.png'}"
        look = [program("chromium") or "chromium", "--headless", "--no-sandbox", "--hide-scrollbars"]
        subprocess.run(  # noqa: S603 - only our own words are in it
            [*look, "--window-size=1200,820", "--virtual-time-budget=8000", shot, page], check=True
        )


if __name__ == "__main__":
    main()
