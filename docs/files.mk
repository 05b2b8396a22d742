# Manual pages and the guide.
