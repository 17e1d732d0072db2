"""What a web process does about itself: it forgets what is deleted, and is replaced after that."""
