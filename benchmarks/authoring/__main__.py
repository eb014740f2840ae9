"""`python -m benchmarks.authoring`: what people wait for while they edit a large plan. One process, its own database.

Fails when a promise is not kept.
"""

import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="planwright-bench-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "0"}
        os.environ.pop("DATABASE_URL", None)
        return _measure(Path(folder))


def _measure(folder: Path) -> int:
    import django  # noqa: PLC0415  # its settings read the environment set above
    from django.core.management import call_command  # noqa: PLC0415  # reads the environment set above

    from config import static_files  # noqa: PLC0415  # reads the environment set above
    from config.embedded import postgres  # noqa: PLC0415  # reads the environment set above

    server = postgres.Server(folder.resolve())
    server.start()
    try:
        django.setup()
        call_command("migrate", verbosity=0)
        static_files.collect()
        from benchmarks.authoring import cold, drafts, pages  # noqa: PLC0415  # their models need the settings

        kept = [pages.measure(), drafts.measure(), cold.measure()]
        return 0 if all(kept) else 1
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
