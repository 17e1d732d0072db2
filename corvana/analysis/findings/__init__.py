"""Where the response process is stuck: one module a kind of finding, and the ledger of all.

Every kind tests each of its subjects against a stated reference (`Kind.tests`). `ledger.findings`
tests all kinds together, so that looking in many places does not make chance look like a problem.
A module's docstring is its definition: the method page shows it.
"""
