"""Live pictures from the node that holds a camera to the gateway that shows them (docs/adr/0024).

The gateway asks the node for a pass over NATS, where rights are kept; the pictures themselves go over TLS between the
two and never through NATS. `wire` are the words of both ends, `server` is the node's end.
"""
