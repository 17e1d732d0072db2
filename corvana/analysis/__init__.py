"""The thinking: frames in, frames out. No input or output, no clock, no user interface."""
