"""Who was on call when and on which level, and which hour of their own day it was."""
