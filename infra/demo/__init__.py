"""The demo plant: real video played as live cameras, with zones and rules, watched until incidents are there."""
