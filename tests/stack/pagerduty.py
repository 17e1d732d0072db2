"""The simulated PagerDuty account, as a program of its own."""

import sys

from benchmarks.running_app import ROOT
from corvana.config import SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET
from tests.stack.parts import Ground, Part, listens
from tests.stack.programs import MARK, Program


class PagerDuty(Part):
    """The account. Every engagement that connects gets a consent and tokens of its own."""

    def __init__(
        self, ground: Ground, *, incidents: int, days: int, requests_per_minute: int
    ) -> None:
        port = ground.place.port("pagerduty")
        self.url = f"http://127.0.0.1:{port}"
        self.program = Program(
            name="The simulated PagerDuty account",
            command=[
                *(sys.executable, "-m", "corvana", "sandbox", "--port", str(port)),
                *("--incidents", str(incidents), "--days", str(days)),
                *("--requests-per-minute", str(requests_per_minute)),
            ],
            home=ground.place.folder,
            log=ground.place.log("pagerduty"),
            environment={
                MARK: str(ground.place.folder),
                "PYTHONPATH": str(ROOT),
                "CORVANA_DATA_DIR": str(ground.place.below("pagerduty")),
            },
            answers=lambda: listens(port),
        )

    @property
    def settings(self) -> dict[str, str]:
        """The settings of Corvana that name this account in place of PagerDuty."""
        return {
            "PAGERDUTY_CLIENT_ID": SANDBOX_CLIENT_ID,
            "PAGERDUTY_CLIENT_SECRET": SANDBOX_CLIENT_SECRET,
            "PAGERDUTY_IDENTITY_URL": self.url,
            "PAGERDUTY_API_URL": f"{self.url}/us",
            "PAGERDUTY_EU_API_URL": f"{self.url}/eu",
        }
