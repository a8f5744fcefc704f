"""Keys of persons: what is personal in EVENTS is sealed with them, and unreadable for ever once a key is destroyed."""
