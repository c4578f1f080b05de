"""Writers: Document in, bytes of an output out. Each imports its engine only when it is used."""
