"""The Celery app and its timetable. Tasks carry wake-ups; the tables hold the work.

Each entry of the timetable is harmless when two beats run, and comes at least every 15 minutes: beat
keeps no memory, so a rarer one would never come on a machine that restarts often.
"""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun, worker_process_init
from django.db import close_old_connections

from config import brokers
from config.processes import tether

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("planwright")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=brokers.TASK_LIMIT,
    task_default_queue="planwright",
    task_publish_retry_policy={
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    },
    worker_prefetch_multiplier=1,
    worker_proc_alive_timeout=60,
    worker_enable_remote_control=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_redirect_stdouts=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2,
    beat_scheduler="celery.beat:Scheduler",
    beat_schedule={
        "send-deliveries": {
            "task": "delivery.tasks.send_deliveries",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "sweep": {"task": "ingest.tasks.sweep", "schedule": 5.0, "options": {"expires": 5.0}},
        "assess": {"task": "violations.tasks.assess", "schedule": 30.0, "options": {"expires": 30.0}},
        "look for what is missing": {
            "task": "violations.tasks.look_for_missing",
            "schedule": 60.0,
            "options": {"expires": 60.0},
        },
        "send digests": {"task": "ingest.tasks.send_digests", "schedule": 30.0, "options": {"expires": 30.0}},
        "send plan mail": {
            "task": "trackingplans.tasks.send_plan_mail",
            "schedule": 10.0,
            "options": {"expires": 10.0},
        },
        "note implemented": {
            "task": "trackingplans.tasks.note_implemented",
            "schedule": 120.0,
            "options": {"expires": 120.0},
        },
        "note what was implemented late": {
            "task": "trackingplans.tasks.note_implemented",
            "schedule": 900.0,
            "kwargs": {"is_late": True},
            "options": {"expires": 900.0},
        },
        "drop samples": {
            "task": "violations.tasks.keep_house",
            "schedule": 600.0,
            "options": {"expires": 600.0},
        },
        "drop deliveries": {
            "task": "delivery.tasks.keep_house",
            "schedule": 600.0,
            "options": {"expires": 600.0},
        },
        "read sheets": {
            "task": "trackingplans.tasks.read_sheets",
            "schedule": 30.0,
            "options": {"expires": 30.0},
        },
        "keep house": {"task": "ingest.tasks.keep_house", "schedule": 600.0, "options": {"expires": 600.0}},
    },
)
app.autodiscover_tasks()


def only_publish() -> None:
    """Settings of a process that never consumes: a broker that hangs must not hang it."""
    app.conf.broker_transport_options |= brokers.publisher_options(app.conf.broker_url)


@setup_logging.connect
def _keep_logging(**_signal: Any) -> None:
    """Celery configures logging only when nobody listens here; ours is the LOGGING setting."""


@task_prerun.connect
def _check_connections(**_signal: Any) -> None:
    """A task starts like a request: with a connection that is not too old and answers."""
    close_old_connections()


@worker_process_init.connect
def _begin_pool_process(**_signal: Any) -> None:
    only_publish()
    tether.follow(os.getppid(), signal.SIGKILL)
