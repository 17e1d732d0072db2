"""Parts of pages that are more than one chart."""
