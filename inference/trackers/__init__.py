"""Trackers, one file each, behind inference.protocols.Tracker."""
