"""Which node holds which camera (R30): cameras move when a node dies, and none is ever held twice."""
