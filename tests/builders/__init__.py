"""Builders of accounts and applications for the tests of several folders."""
