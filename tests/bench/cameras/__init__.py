"""How many cameras two processors analyse, all processes on, beside `ultralytics` on the same processors."""
