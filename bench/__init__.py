"""Measurements and pictures: what is run by hand, not by the tests."""
