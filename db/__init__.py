"""The books of a redistribution market: no Textual, no Pillow, no printer."""
