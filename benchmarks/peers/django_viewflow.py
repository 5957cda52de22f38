"""Walks a process of django-viewflow as its documentation shows it: views and its own models, one transaction a task.

`python -m benchmarks.peers.django_viewflow TASKS`, in an environment of requirements.lock beside it, prints the CPU
milliseconds of each completed task, from reading the task to its commit (SQLite, WAL, synchronous=FULL), as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

ANSWERS = {"choice": "yes", "words": "She came with her aunt and asked for water.", "number": 17, "agreed": True}

APP = "benchmarks.peers"


def set_up(path: Path) -> None:
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(path),
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                },
            }
        },
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "viewflow",
            "viewflow.workflow",
            APP,
        ],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)


def flow_of(tasks: int) -> Any:
    """`tasks` views with a gateway after the first third and one before the last."""
    from viewflow import this
    from viewflow.workflow import flow

    after = max(tasks // 3, 1)
    nodes: dict[str, Any] = {"start": flow.StartHandle(lambda activation: activation.process).Next(this.t1)}
    for n in range(1, tasks + 1):
        following = "g1" if n == after else "g2" if n == tasks - 1 else "end" if n == tasks else f"t{n + 1}"
        nodes[f"t{n}"] = flow.View(lambda request: None).Next(getattr(this, following))
    skips = flow.If(lambda activation: activation.process.data["t1"]["choice"] == "no")
    nodes["g1"] = skips.Then(this.g2).Else(getattr(this, f"t{after + 1}"))
    nodes["g2"] = flow.If(lambda activation: True).Then(getattr(this, f"t{tasks}")).Else(this.end)
    nodes["end"] = flow.End()
    return type("BenchFlow", (flow.Flow,), {**nodes, "__module__": f"{APP}.flows"})


def walk(tasks: int) -> list[float]:
    from django.contrib.auth.models import User
    from viewflow.workflow.models import Process, Task
    from viewflow.workflow.status import STATUS

    bench = flow_of(tasks)
    globals()["BenchFlow"] = bench
    sys.modules[f"{APP}.flows"] = sys.modules[__name__]  # where it looks for a flow by its name
    person = User.objects.create(username="ana")
    bench.start.run()
    cost = []
    for _ in range(tasks):
        start = time.process_time()
        with transaction.atomic():
            task = Task.objects.select_related("process").filter(status__in=[STATUS.NEW, STATUS.ASSIGNED]).get()
            process = Process.objects.select_for_update().get(pk=task.process_id)
            process.data[task.flow_task.name] = dict(ANSWERS)
            process.save()
            activation = task.flow_task.activation_class(task)
            activation.assign(person)
            activation.start(None)
            activation.execute()
        cost.append((time.process_time() - start) * 1000)
    assert Process.objects.get().status == STATUS.DONE
    return cost


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        set_up(Path(folder) / "viewflow.db")
        spent = walk(int(sys.argv[1]))
        connection.close()
    print(json.dumps({"cpu": spent, "bytes": 0}))
