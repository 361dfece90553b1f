"""Text becomes a readout: place, dates, presider and agenda items."""
