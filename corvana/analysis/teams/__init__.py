"""What belongs to a team, what its findings cost, and its numbers beside everybody else's."""
