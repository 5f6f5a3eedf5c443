"""What runs behind the screens: the books' thread, scans, waiting papers, and what survives a crash."""
