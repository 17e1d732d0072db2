"""Which services need each other, and which of them fail together."""
