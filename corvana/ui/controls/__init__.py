"""The controls: filters, buttons for choices, sliders."""
