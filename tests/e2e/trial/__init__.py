"""kill -9 at random points of a plant at work: nothing acknowledged is lost or doubled, all still proves itself."""
