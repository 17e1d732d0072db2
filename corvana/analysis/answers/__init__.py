"""Each page's question answered in a sentence or two, made from its numbers."""
