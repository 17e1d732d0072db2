"""The analysis: functions take frames and return frames. No input or output, no clock, no user
interface."""
