"""What tests of several folders build their accounts and applications with."""
