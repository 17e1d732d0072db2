"""Why connecting or signing in was refused, in the words shown on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Refusal:
    """The sentence about the refusal, and one next step."""

    sentence: str
    next_step: str


REFUSALS: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        "denied": Refusal(
            "Access was denied at PagerDuty, so this attempt connected nothing.",
            "Connect again and choose Allow, or ask an account owner or admin to do it.",
        ),
        "code_expired": Refusal(
            "PagerDuty's approval expired before it could be used; it lives 30 seconds.",
            "Connect again.",
        ),
        "state_unknown": Refusal(
            "This connection attempt is more than ten minutes old or was already used.",
            "Connect again.",
        ),
        "state_foreign_browser": Refusal(
            "This connection attempt could not be matched to this browser, so it was stopped.",
            "Connect again and finish in the same browser, with cookies allowed.",
        ),
        "scope_missing": Refusal(
            "PagerDuty did not grant read access, so nothing was connected.",
            "Give the app the scope “read” in its PagerDuty registration, then connect again.",
        ),
        "write_granted": Refusal(
            "PagerDuty granted write access, which Corvana refuses to hold; the grant was "
            "given back.",
            "Remove the scope “write” from the app's PagerDuty registration, then connect again.",
        ),
        "host_unknown": Refusal(
            "PagerDuty named a service region that Corvana does not know.",
            "Only accounts in the US and EU service regions can be connected.",
        ),
        "identity_invalid": Refusal(
            "PagerDuty's proof of identity could not be verified, so nothing was connected.",
            "Check this computer's clock and connect again.",
        ),
        "app_unknown": Refusal(
            "PagerDuty does not accept this app's registration.",
            "Check the client id, the client secret and the redirect URL, then connect again.",
        ),
        "not_admin": Refusal(
            "The person who connected is not an account owner or admin, so the data is partial: "
            "incidents and schedules of private teams are missing.",
            "For a complete picture, let an account owner or admin reconnect.",
        ),
        "engagement_not_active": Refusal(
            "The engagement is closed or does not exist, so nothing can be connected to it.",
            "Choose or reopen an engagement, then connect.",
        ),
        "other_account": Refusal(
            "This engagement is already joined to another PagerDuty account.",
            "Disconnect that account first, or create an engagement for this one.",
        ),
        "deleting": Refusal(
            "The data of the previous connection is still being deleted.",
            "Wait until the receipt is complete, then connect again.",
        ),
        "key_missing": Refusal(
            "The key of this engagement's data is not in the folder of keys, so its account cannot "
            "be recognised.",
            "Give this computer the folder of keys (CORVANA_KEYS_DIR), or delete the data.",
        ),
        "provider_down": Refusal(
            "PagerDuty could not be reached or did not answer in time.",
            "Wait a minute and connect again; status.pagerduty.com tells of outages.",
        ),
        "sign_in": Refusal(
            "Only a signed-in assessor of this engagement can connect an account.",
            "Sign in as an assessor of it and use the Connect button on this page.",
        ),
        "link_used": Refusal(
            "This link was already used, or it is more than 24 hours old.",
            "Ask the assessor for a new link.",
        ),
    }
)
"""`not_admin` is no refusal: the connection exists but is partial."""


SIGN_IN: Final[Mapping[str, Refusal]] = MappingProxyType(
    {
        "denied": Refusal(
            "The sign-in was cancelled or denied at the sign-in provider.",
            "Sign in again, or ask whoever manages the provider to let you use Corvana.",
        ),
        "not_at_provider": Refusal(
            "The sign-in provider wants you to sign in or to choose an account there first.",
            "Open the provider's own page, sign in there, then come back and sign in here.",
        ),
        "not_invited": Refusal(
            "You were signed in at the provider, but nobody has invited you to Corvana.",
            "Ask an administrator of Corvana to invite the e-mail address of your account.",
        ),
        "expired": Refusal(
            "This sign-in was begun more than an hour ago, or in another browser.",
            "Sign in again, with cookies allowed.",
        ),
        "proof_invalid": Refusal(
            "The sign-in provider's proof of who you are could not be verified.",
            "Sign in again. If it happens again, check the clock of the server and its settings.",
        ),
        "provider_refused": Refusal(
            "The sign-in provider refused this application.",
            "An administrator should check client id, client secret and redirect URL.",
        ),
        "provider_down": Refusal(
            "The sign-in provider could not be reached or did not answer in time.",
            "Wait a minute and sign in again.",
        ),
    }
)
