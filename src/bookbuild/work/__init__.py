"""Where work is done: workers, the cache, and what tells whether a result still holds."""
