"""WeasyPrint, and the work around its faults."""
