"""The steps of a plan in words: an indented outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from planrunner.engine.program.compile import bare
from planrunner.engine.program.walk import whole
from planrunner.explain.amounts import weight
from planrunner.explain.words import count, figure, listed, one_line, told
from planrunner.plan import model
from planrunner.plan.model import Body, Plan, Request, Setting, Step
from planrunner.values.names import Names

INDENT = "  "
BULLET = "- "
STOPS: Mapping[str, str] = {"iteration": "the iteration", "vu": "this VU", "test": "the whole test"}

BODIES: Mapping[type[Body], str] = {
    model.JsonBody: "with JSON",
    model.TextBody: "with text",
    model.FormBody: "with a form",
    model.MultipartBody: "with an upload",
    model.GraphqlBody: "with a GraphQL query",
}
"""What a request sends."""


class Outline(Struct):
    """Writes steps as lines; a flow is written out where it is first taken."""

    plan: Plan
    names: Names  # the variables
    http: Request | None = None  # the scenario's defaults
    shown: set[str] = field(default_factory=set)  # flows

    def lines(self, steps: Sequence[Step], depth: int = 0) -> Iterator[str]:
        """Yield a line for each step, those within it below it."""
        for step in steps:
            yield from self._step(step, depth)

    def _step(self, step: Step, depth: int) -> Iterator[str]:
        first, *rest = self._does(step, depth + 1)
        aside = ", ".join([*filter(None, [first]), *self._beside(step)])
        when = f"if {bare(self._told(step.condition))}: " if step.condition else ""
        name = f"{step.name!r}: " if step.name else ""
        yield f"{INDENT * depth}{BULLET}{when}{name}{aside}{':' if rest else ''}"
        yield from rest
        if step.on_fail:
            yield f"{INDENT * (depth + 1)}{BULLET}when a check fails:"
            yield from self.lines(step.on_fail, depth + 2)

    def _does(self, step: Step, depth: int) -> Iterator[str]:
        """Yield what a step does, then the lines of the steps within it."""
        match step.does:
            case model.Send() as does:
                yield self._send(does)
            case model.Think() as does:
                yield self._think(does)
            case model.Stop(what):
                yield f"stop {STOPS[what]}"
            case model.Flow(name):
                yield from self._flow(name, depth)
            case model.Choose() as does:
                yield f"take one of {count(len(does.branches), 'way')}, drawn anew each time"
                yield from self._branches(does, depth)
            case model.If() as does:
                yield f"if {bare(self._told(does.condition))}"
                yield from self.lines(does.steps, depth)
                if does.otherwise:
                    yield f"{INDENT * (depth - 1)}{BULLET}otherwise:"
                    yield from self.lines(does.otherwise, depth)
            case None:
                yield ""
            case does:
                yield self._around(does)
                yield from self.lines(does.steps, depth)

    def _around(self, does: model.Group | model.Parallel | model.Repeat | model.ForEach | model.While) -> str:
        """Say what is done with the steps within."""
        match does:
            case model.Group(name):
                return f"group {name}"
            case model.Parallel():
                return "send at the same time"
            case model.Repeat(times):
                written = self._told(times)
                return f"repeat {count(int(written), 'time') if written.isdigit() else f'{written} times'}"
            case model.ForEach(items, name):
                return f"for each {name} of {self._items(items)}"
        word = "until" if does.until else "while"
        every = f", every {self._told(does.every)}" if does.every else ""
        return f"{word} {bare(self._told(does.condition))}, at most {self._told(does.max)} times{every}"

    def _items(self, items: model.Tree) -> str:
        return bare(self._told(items)) if isinstance(items, Setting) else count(len(items), "item")

    def _flow(self, name: str, depth: int) -> Iterator[str]:
        if name in self.shown:
            yield f"flow {name} (as above)"
            return
        self.shown.add(name)
        yield f"flow {name}"
        yield from self.lines(self.plan.flows.get(name, ()), depth)

    def _branches(self, does: model.Choose, depth: int) -> Iterator[str]:
        weights = [weight(branch, self.names) for branch in does.branches]
        for branch, share in zip(does.branches, weights, strict=True):
            yield f"{INDENT * depth}{BULLET}{figure(round(100 * share / sum(weights), 1))} %:"
            yield from self.lines(branch.steps, depth + 1)

    def _think(self, does: model.Think) -> str:
        if does.range:
            low, dash, high = self._told(does.range).partition("-")
            return f"think {low} to {high}" if dash else f"think {low}"
        assert does.mean
        assert does.spread
        return f"think about {self._told(does.mean)}, spread {self._told(does.spread)}"

    def _send(self, does: model.Send) -> str:
        request = whole(self.plan, does, self.http)
        url = f" {one_line(request.url.text)}" if request.url else ""
        body = f" {self._body(request.body)}" if request.body else ""
        endpoint = f" (endpoint {does.endpoint})" if does.endpoint else ""
        login = f", {_login(request.auth)}" if request.auth and request.auth.kind != "none" else ""
        return f"send {request.method}{url}{body}{endpoint}{login}"

    def _body(self, body: Body) -> str:
        if isinstance(body, model.FileBody):
            return f"with {'the template' if body.template else 'the file'} {self._told(body.file)}"
        return BODIES[type(body)]

    def _beside(self, step: Step) -> Iterator[str]:
        """Yield what is done beside a step's action, in the order in which it happens."""
        does = step.does
        asked = whole(self.plan, does, self.http) if isinstance(does, model.Send) else step
        if asked.saves:
            yield f"save {listed([save.name for save in asked.saves])}"
        if step.sets:
            yield f"set {listed([*step.sets])}"
        if asked.checks:
            yield f"check {listed([check.name for check in asked.checks])}"
        if asked.records:
            yield f"record {listed([record.metric for record in asked.records])}"
        if step.log:
            yield f"log {one_line(step.log.text)!r}"

    def _told(self, setting: Setting) -> str:
        return told(setting, self.names)


def _login(auth: model.Auth) -> str:
    return f"with {auth.kind} authentication" if auth.kind != "bearer" else "with a bearer token"
