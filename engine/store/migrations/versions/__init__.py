"""The changes of the schema, in order; each is frozen once released."""
