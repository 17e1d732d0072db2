"""What a reader chooses with: filters, choices in view, sliders."""
