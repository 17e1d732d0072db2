"""Tables for readers: names, headings in words, units; the files keep the columns' own names."""

from corvana.questions.readable.columns import Column, Form, Readable
from corvana.questions.readable.incidents import evidence, missed, newest
from corvana.questions.readable.layouts import read

__all__ = ["Column", "Form", "Readable", "evidence", "missed", "newest", "read"]
