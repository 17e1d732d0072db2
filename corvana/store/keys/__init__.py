"""Keys of connections, and tokens that are still to be revoked: files beside the database."""
