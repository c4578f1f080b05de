"""A folder of source/ in, a Book out."""
