"""The cases, in the order in which they are run and shown."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.case import Case
from benchmarks.cases.accuracy import ACCURACY
from benchmarks.cases.costs import COSTS
from benchmarks.cases.encrypted import ENCRYPTED
from benchmarks.cases.outputs import OUTPUTS
from benchmarks.cases.rates import RATES
from benchmarks.cases.samples import SAMPLES
from benchmarks.cases.throughput import THROUGHPUT
from benchmarks.cases.trust import TRUST
from benchmarks.cases.users import USERS

CASES: Mapping[str, Case] = {
    case.name: case
    for case in (*THROUGHPUT, *ENCRYPTED, *USERS, *RATES, *ACCURACY, *COSTS, OUTPUTS, SAMPLES, *TRUST)
}
