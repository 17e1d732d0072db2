"""What a page shows of the incidents that its filters select, one file a page. A fragment draws it,
so a filter that changes draws neither the header nor the sidebar anew."""
