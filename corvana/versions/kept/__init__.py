"""Keeping the files of data versions: on a disk, or in an object store that all nodes share.

`corvana.versions.kept.places.kept_in` returns what keeps the files of a folder. Its methods are
those of `Kept`, with `home` as the id of a connection, or the place of a baseline.
"""
