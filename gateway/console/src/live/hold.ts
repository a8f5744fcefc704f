/** Analysis is seldom faster, and boxes must not come and go with its speed. */
const LEAST_MS = 500;
/** Browsers hold pictures no longer; boxes that come later are not seen. */
const MOST_MS = 4_000;
const SPARE_MS = 100;
/** A change needs so long until it is seen in the picture. */
const SETTLE_MS = 2_500;
const STEP_DOWN_MS = 200;

/** How long pictures wait for their boxes: as long as the analysis takes, which grows under load. */
export class Hold {
  milliseconds = LEAST_MS;
  private worst = Number.NEGATIVE_INFINITY;
  private judged = 0;

  /**
   * A frame's boxes have come when the picture was ahead of that frame by so many milliseconds.
   * Returns whether pictures are to be held for another time from now on.
   */
  came(ahead: number, now: number): boolean {
    this.worst = Math.max(this.worst, ahead);
    if (now - this.judged < SETTLE_MS) {
      return false;
    }
    const needed = this.milliseconds + this.worst + SPARE_MS;
    const wanted = Math.min(MOST_MS, Math.max(LEAST_MS, needed, this.milliseconds - STEP_DOWN_MS));
    const changes = wanted > this.milliseconds || wanted <= this.milliseconds - STEP_DOWN_MS;
    this.judged = now;
    this.worst = Number.NEGATIVE_INFINITY;
    if (changes) {
      this.milliseconds = wanted;
    }
    return changes;
  }
}
