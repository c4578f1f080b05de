"""WeasyPrint, and workarounds for its faults."""
