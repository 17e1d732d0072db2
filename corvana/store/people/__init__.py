"""Who may use Corvana: people, their engagements, their sessions, and what they did."""
