"""Actions that hold actions: conditions, loops, groups, choices and requests side by side."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from itertools import accumulate
from typing import cast

from planrunner.engine.actions.beside import Beside, Errors, Question
from planrunner.engine.actions.vu import VU, Action, take
from planrunner.engine.timing.alarm import sleep
from planrunner.metrics.handles import Timed
from planrunner.protocols import Reply
from planrunner.values.data import shown
from planrunner.values.dealing import EndOfDataError
from planrunner.values.expressions import EvaluationError
from planrunner.values.value import Value

AT_ONCE = 20  # requests of one `parallel` that are under way, k6's default for batch
PER_HOST = 6  # of them to one host, k6's default for batchPerHost
BREATH = 100  # passes of a loop after which others may run, since nothing in it may wait

NO_REPLY = Reply()


def when(condition: Value, errors: Errors, then: Action, otherwise: Action | None = None) -> Action:
    """Make the action that asks before it acts; a condition that cannot be computed ends the iteration."""

    async def choose(vu: VU) -> bool:
        try:
            holds = condition.of(vu.scope)
        except EvaluationError as error:
            errors.note(error)
            return False
        if holds:
            return await then(vu)
        return await otherwise(vu) if otherwise else True

    return choose


def sequence(actions: Sequence[Action]) -> Action:
    """Make one action of several."""
    if len(actions) == 1:
        return actions[0]

    async def take_all(vu: VU) -> bool:
        return await take(actions, vu)

    return take_all


def group(actions: Sequence[Action], durations: Timed, now: Callable[[], float]) -> Action:
    """Make the action that measures how long its steps take together."""

    async def measure(vu: VU) -> bool:
        began = now()
        completed = await take(actions, vu)
        durations.add((now() - began,))
        return completed

    return measure


def repeat(times: Value, errors: Errors, actions: Sequence[Action]) -> Action:
    """Make the action that takes its steps a number of times."""

    async def loop(vu: VU) -> bool:
        try:
            count = times.of(vu.scope)
            if type(count) is not int or count < 0:
                raise EvaluationError(f"`repeat` takes a whole number from 0, not {shown(count, 40)}")
        except EvaluationError as error:
            errors.note(error)
            return False
        outer = vu.scope.loop
        for index in range(count):
            if not await _pass(index, actions, vu):
                return False
        vu.scope.loop = outer
        return True

    return loop


def for_each(items: Value, name: str, errors: Errors, actions: Sequence[Action]) -> Action:
    """Make the action that takes its steps for each item of a list."""

    async def loop(vu: VU) -> bool:
        try:
            wanted = items.of(vu.scope)
            if type(wanted) is not list:
                raise EvaluationError(f"`for_each` takes a list, not {shown(wanted, 40)}")
        except EvaluationError as error:
            errors.note(error)
            return False
        scope, outer = vu.scope, vu.scope.loop
        for index, item in enumerate(wanted):
            scope.values[name] = item
            if not await _pass(index, actions, vu):
                return False
        scope.values.pop(name, None)
        scope.loop = outer
        return True

    return loop


async def _pass(index: int, actions: Sequence[Action], vu: VU) -> bool:
    """Take the steps of a loop once."""
    vu.scope.loop = index
    if index % BREATH == BREATH - 1:
        await asyncio.sleep(0)
    return await take(actions, vu)


class While:
    """Take steps while a condition holds, or until it does; being at the bound is a failed check."""

    def __init__(self, condition: Value, *, until: bool, most: int, every: float) -> None:
        self._condition, self._until, self._most, self._every = condition, until, most, every

    def build(self, actions: Sequence[Action], question: Question, beside: Beside, errors: Errors) -> Action:
        """Make the action; `question` is the check that it ended by itself."""

        async def loop(vu: VU) -> bool:
            outer = vu.scope.loop
            try:
                done = await self._passes(actions, vu)
            except EvaluationError as error:
                errors.note(error)
                return False
            if done is None:
                return False
            vu.scope.loop = outer
            if done:
                question.outcomes.passes += 1
                return True
            beside.complain(vu, newest(vu), question, self._complaint())
            vu.failures.append(question.name)
            return not vu.setting_up

        return loop

    def _complaint(self) -> str:
        return f"still {'not so' if self._until else 'so'} after {self._most} times"

    async def _passes(self, actions: Sequence[Action], vu: VU) -> bool | None:
        """Loop; whether it ended by itself, None when the iteration ended in it."""
        for index in range(self._most):
            if not self._until and not self._holds(vu):
                return True
            if index and self._every:
                await sleep(self._every)
            if not await _pass(index, actions, vu):
                return None
            if self._until and self._holds(vu):
                return True
        return not self._until and not self._holds(vu)

    def _holds(self, vu: VU) -> bool:
        try:
            return bool(self._condition.of(vu.scope))
        except EvaluationError as error:
            if error.missing:  # `until: ${json.status == "done"}` while there is an error page
                return False
            raise


def choose(weights: Sequence[float], branches: Sequence[Action]) -> Action:
    """Make the action that takes one of several ways, drawn by weight."""
    sums = list(accumulate(weights))

    async def draw(vu: VU) -> bool:
        drawn = vu.scope.random.random() * sums[-1]
        return await branches[min(bisect_right(sums, drawn), len(branches) - 1)](vu)

    return draw


class Parallel:
    """Send requests side by side; go on when all have been answered."""

    def __init__(self, sends: Sequence[tuple[Action, str]]) -> None:
        self._sends = sends  # with the host of each

    async def __call__(self, vu: VU) -> bool:
        everywhere = asyncio.Semaphore(AT_ONCE)
        hosts = {host: asyncio.Semaphore(PER_HOST) for _, host in self._sends}
        lanes = [vu.lane(number) for number in range(len(self._sends))]
        ended: list[EndOfDataError] = []

        async def send(action: Action, host: str, lane: VU) -> bool:
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(everywhere)
                await stack.enter_async_context(hosts[host])
                try:
                    return await action(lane)
                except EndOfDataError as error:  # as it is: a group of exceptions would hide it
                    ended.append(error)
                    return False

        async with asyncio.TaskGroup() as tasks:
            under_way = [
                tasks.create_task(send(action, host, lane))
                for (action, host), lane in zip(self._sends, lanes, strict=True)
            ]
        if ended:
            raise ended[0]
        self._unite(vu, lanes)
        return all(task.result() for task in under_way)

    def _unite(self, vu: VU, lanes: Sequence[VU]) -> None:
        """Let the VU know what its lanes know: the newest reply is the last one of the list."""
        failed = [name for lane in lanes for name in lane.scope.failed]
        vu.failures += [name for lane in lanes[1:] for name in lane.failures]
        vu.scope.reply, vu.scope.failed = lanes[-1].scope.reply, failed
        for lane in lanes[1:]:
            if lane.end:
                vu.end, vu.reason = lane.end, lane.reason


def newest(vu: VU) -> Reply:
    """Return the newest reply, which checks and saves of any step look at; an empty one before the first."""
    return cast("Reply | None", vu.scope.reply) or NO_REPLY


def with_beside(action: Action | None, beside: Beside) -> Action:
    """Make the action that settles what stands beside another one, if that did not end the iteration.

    The checks look at the newest reply. `on_fail` is also for checks that failed within the action, and for
    one that ended the iteration there.
    """

    asks = action or beside.saves or beside.questions  # else `failed` stays what it was

    async def act(vu: VU) -> bool:
        known = len(vu.failures)
        if action and not await action(vu):
            if beside.on_fail and vu.failures[known:] and not vu.end:
                vu.scope.failed = vu.failures[known:]
                await take(beside.on_fail, vu)
            return False
        failed = vu.failures[known:] if asks else vu.scope.failed
        return await beside.after(vu, newest(vu), failed)

    return act
