"""This machine: files that survive a power cut, files of others, privacy, the log, fonts."""
