"""The command line: `./kaska COMMAND`. Exit codes: 0 done, 1 failed, 2 trouble with this machine."""
