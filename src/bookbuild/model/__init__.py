"""The values that pass between the stages."""
