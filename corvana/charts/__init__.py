"""The charts: functions take frames and return figures."""
