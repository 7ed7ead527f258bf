"""Every row read and judged, the manifest of the outcomes, and the sample that is read back."""
