"""The id_token: which account was connected. It is trusted only after all checks of `verify`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from corvana.config import Settings
from corvana.errors import ConnectRefused, Unreachable, UnreadableBody, without_origin
from corvana.pagerduty import answers
from corvana.pagerduty.answers import Limits

ISSUERS: Final = frozenset(
    {
        "https://identity.pagerduty.com/global/oauth/anonymous",
        "https://app.pagerduty.com/global/oauth/anonymous",
    }
)
"""PagerDuty's documentation names the first issuer; its sample token has the second issuer."""

_MOST: Final = Limits(size=256_000, parts=300, seconds=15.0)
_ODD: Final = (
    JoseError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What joserfc raises for keys or a token that are not as they should be."""

_LEEWAY: Final = timedelta(seconds=60)
_SUBDOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,99}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Claims:
    """The verified part of an id_token. `sub` can be an e-mail address and is not read."""

    account_id: str
    user_id: str
    subdomain: str
    region: str
    audience: str


@without_origin()
def verify(settings: Settings, id_token: str, now: datetime) -> Claims:
    """Check signature, issuer, audience and times; https://developer.pagerduty.com/docs/id-tokens.

    Raises `ConnectRefused` (`identity_invalid`, `host_unknown`) and `Unreachable`.
    """
    keys = _signing_keys(settings)
    try:
        claims = jwt.decode(id_token, keys, algorithms=["RS256"]).claims
    except _ODD:
        raise ConnectRefused("identity_invalid") from None
    if claims.get("iss") not in ISSUERS or not _in_time(claims, now):
        raise ConnectRefused("identity_invalid")
    audiences = claims.get("aud")
    if not isinstance(audiences, list) or settings.client_id not in audiences:
        raise ConnectRefused("identity_invalid")
    hosts = [audience for audience in settings.api_urls if audience in audiences]
    if len(hosts) != 1:
        raise ConnectRefused("host_unknown")
    account_id, user_id = claims.get("account_id"), claims.get("user_id")
    subdomain, audience = claims.get("subdomain"), hosts[0]
    if not (_fits(_ID, account_id) and _fits(_ID, user_id)):
        raise ConnectRefused("identity_invalid")
    return Claims(
        account_id=str(account_id),
        user_id=str(user_id),
        subdomain=str(subdomain if _fits(_SUBDOMAIN, subdomain) else account_id),
        region="EU" if ".eu." in audience else "US",
        audience=audience,
    )


def _signing_keys(settings: Settings) -> KeySet:
    """PagerDuty's signing keys, fetched for every use, because PagerDuty changes them."""
    url = f"{settings.identity_url}/global/oauth/anonymous/jwks"
    is_loopback = settings.identity_url.startswith("http://")
    try:
        answer = answers.ask("GET", url, _MOST, proxied=not is_loopback)
        if answer.status != 200:
            raise Unreachable("no signing keys", status=answer.status)
        return KeySet.import_key_set(json.loads(answer.body))
    except (UnreadableBody, *_ODD):
        raise ConnectRefused("identity_invalid") from None


def _in_time(claims: Mapping[str, Any], now: datetime) -> bool:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not (isinstance(expires, int | float) and isinstance(begins, int | float)):
        return False
    instant, leeway = now.timestamp(), _LEEWAY.total_seconds()
    return begins - leeway <= instant < expires + leeway


def _fits(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
