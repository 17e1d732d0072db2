"""The doctor explains missing data. It gathers facts, judges them and names one next step.

`gathering` reads the stored facts and asks PagerDuty. `access`, `reading` and `collection` turn
facts into checks, in pure functions. `report` puts the checks in order. No sentence contains data
of the account: no label, no name, no token, and no address but the host names of the settings.
"""
