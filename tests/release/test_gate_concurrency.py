"""Two people release the same run at the same moment, each from a process of their own: one release."""

import multiprocessing
from collections import Counter
from pathlib import Path
from typing import Any

from prevention_model.errors import PreventionError
from tests.release.gate_scene import MANIFEST, Scene, scene


def release(made: Scene, manifest: str, barrier: Any, answers: Any) -> None:
    try:
        barrier.wait(60)
        answers.put(made.release(manifest=manifest).hash)
    except PreventionError as error:
        answers.put(f"refused {error.exit_code}")


def at_once(made: Scene, manifests: list[str]) -> Counter[str]:
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(len(manifests)), context.Queue()
    started = [context.Process(target=release, args=(made, each, barrier, answers)) for each in manifests]
    for each in started:
        each.start()
    given = Counter(answers.get(timeout=120) for _ in started)
    for each in started:
        each.join(60)
    return given


def test_one_of_two_different_lists_is_released(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign_both()
    given = at_once(made, ["ab" * 32, "cd" * 32, "ef" * 32])
    (entry,) = made.ledger.entries("released")
    assert given == {entry.hash: 1, "refused 4": 2}
    made.ledger.verify()


def test_the_same_lists_released_at_once_are_one_release(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign_both()
    given = at_once(made, [MANIFEST] * 3)
    (entry,) = made.ledger.entries("released")
    assert given == {entry.hash: 3}
