"""A day of several cameras in minutes: what of the past is still in memory at its end?"""
