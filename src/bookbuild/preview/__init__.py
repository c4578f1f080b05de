"""The preview: books are built as they are written, and shown in a browser on this machine."""
