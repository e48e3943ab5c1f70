import pytest
from reading import plan_of, wrong

from planrunner.plan.flows import DEPTH, MOST, every_step
from planrunner.plan.model import Flow


def chain(length: int, *, backwards: bool = False) -> str:
    """Write flows of which each runs the next."""
    lines = [f"  f{i}: [{{flow: f{i + 1}}}]" for i in range(length - 1)] + [f"  f{length - 1}: [{{log: a}}]"]
    return "name: x\nsteps: [{flow: f0}]\nflows:\n" + "\n".join(lines[::-1] if backwards else lines) + "\n"


def test_a_flow_has_steps() -> None:
    plan = plan_of("name: x\nflows: {a: [{log: b}, {log: c}]}\nsteps: [{flow: a}]\n")
    assert [len(steps) for steps in plan.flows.values()] == [2]


def test_a_flow_may_be_run_many_times() -> None:
    plan = plan_of(
        "name: x\nflows: {a: [{flow: b}, {flow: b}], b: [{log: c}]}\nsteps: [{flow: a}, {flow: b}]\n"
    )
    assert len(plan.flows["a"]) == 2


@pytest.mark.parametrize(
    ("flows", "circle"),
    [
        ("{a: [{flow: a}]}", "20 flows run in a circle: a -> a"),
        ("{a: [{flow: b}], b: [{flow: a}]}", "36 flows run in a circle: a -> b -> a"),
        ("{c: [{flow: a}], a: [{group: g, steps: [{flow: a}]}]}", "55 flows run in a circle: a -> a"),
        ("{a: [{choose: [{steps: [{flow: a}]}]}]}", "39 flows run in a circle: a -> a"),
        ("{a: [{if: '${b}', steps: [{log: c}], else: [{flow: a}]}]}", "59 flows run in a circle: a -> a"),
    ],
)
def test_a_flow_that_runs_itself_is_refused(flows: str, circle: str) -> None:
    _, complaints = wrong(f"name: x\nflows: {flows}\nsteps: [{{flow: a}}]\n")
    assert complaints == [f"2:{circle}"]


def test_nobody_can_follow_a_circle() -> None:
    plan, _ = wrong("name: x\nflows: {a: [{flow: b}], b: [{flow: a}], c: [{flow: a}]}\nsteps: [{flow: c}]\n")
    assert plan is not None
    assert [name for name, steps in plan.flows.items() if steps] == ["c"]


@pytest.mark.parametrize("backwards", [False, True])
def test_flows_run_flows_to_a_limit(backwards: bool) -> None:
    plan = plan_of(chain(DEPTH, backwards=backwards))
    assert len(plan.flows) == DEPTH


@pytest.mark.parametrize("backwards", [False, True])
def test_flows_that_go_too_deep_are_refused(backwards: bool) -> None:
    _, complaints = wrong(chain(DEPTH + 1, backwards=backwards))
    assert [complaint.split(" ", 1)[1] for complaint in complaints] == [
        f"with its flows this is nested more than {DEPTH} levels deep"
    ]


@pytest.mark.slow
def test_a_very_long_chain_of_flows_is_answered() -> None:
    _, complaints = wrong(chain(3000))
    assert len(complaints) == 3000 // DEPTH


@pytest.mark.slow
def test_flows_that_multiply_are_refused() -> None:
    steps = ", ".join(["{flow: a}"] * (MOST // 4))
    text = f"name: x\nflows: {{a: [{{log: b}}, {{log: c}}, {{log: d}}]}}\nsteps: [{steps}"
    assert plan_of(f"{text}]\n").flows.keys() == {"a"}
    assert wrong(f"{text}, {{log: e}}]\n")[1] == [f"3:1 with all flows these are more than {MOST:,} steps"]


@pytest.mark.slow
def test_what_setup_runs_is_counted_too() -> None:
    steps = ", ".join(["{flow: a}"] * (MOST // 2))
    _, complaints = wrong(
        f"name: x\nflows: {{a: [{{log: b}}]}}\nsetup: [{steps}, {{log: c}}]\nsteps: [{{log: d}}]\n"
    )
    assert complaints == [f"1:1 with all flows these are more than {MOST:,} steps"]


def test_all_steps_are_found_in_their_order() -> None:
    plan = plan_of(
        """\
        name: x
        flows: {a: [{log: z}], b: [{log: z}], c: [{log: z}], d: [{log: z}], e: [{log: z}], f: [{log: z}]}
        steps:
          - {group: g, steps: [{flow: a}], on_fail: [{flow: b}]}
          - {if: '${x}', steps: [{flow: c}], else: [{flow: d}]}
          - choose: [{steps: [{flow: e}]}, {steps: [{flow: f}]}]
        """
    )
    found = every_step(plan.scenarios["default"].steps)
    assert "".join(step.does.name for _, step in found if isinstance(step.does, Flow)) == "abcdef"


def nested(step: str, levels: int) -> str:
    """Write a step that many levels deep."""
    return f"{'{group: g, steps: [' * (levels - 1)}{step}{']}' * (levels - 1)}"


@pytest.mark.parametrize(("levels", "refused"), [(DEPTH - 40, []), (DEPTH - 39, ["2:"])])
def test_the_levels_of_flows_are_counted_together(levels: int, refused: list[str]) -> None:
    outer, middle, inner = nested("{flow: b}", 20), nested("{flow: c}", 20), nested("{log: d}", levels)
    flows = f"{{a: [{outer}], b: [{middle}], c: [{inner}]}}"
    _, complaints = wrong(f"name: x\nflows: {flows}\nsteps: [{{flow: a}}]\n")
    assert [complaint[:2] for complaint in complaints] == refused
