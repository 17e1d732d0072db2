"""The administrators' page: engagements, members and the audit trail. No client's data is here."""
