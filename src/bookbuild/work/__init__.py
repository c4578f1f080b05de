"""Workers, the cache of their results, and the fingerprints that show whether a result is up to date."""
