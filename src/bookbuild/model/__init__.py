"""The values that are passed between the stages."""
