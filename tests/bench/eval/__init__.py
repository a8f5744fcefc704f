"""Quality on labelled recordings, beside ultralytics with ByteTrack and the same weights at every frame (issue 4)."""
