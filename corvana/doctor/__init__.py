"""“I don't see any data”: facts are gathered, judged by pure functions, and end in one next step.

`gathering` reads what is stored and asks PagerDuty; `access`, `reading` and `collection` turn facts
into checks; `report` puts the checks in order. Nothing of the account is in a sentence: no label,
no name, no token, no address but the host names of the settings.
"""
