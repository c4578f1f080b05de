"""The preview: rebuild books as their files change and show them in a browser on this machine."""
