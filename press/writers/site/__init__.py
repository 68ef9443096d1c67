"""What the web edition has beside its pages."""
