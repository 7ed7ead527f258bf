"""What courts read: the record as views, searched, cached, and never older than its own acts."""
