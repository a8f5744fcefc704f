"""The replay desk: what-if questions as jobs, one at a time, each in a worker process. Reads only."""
