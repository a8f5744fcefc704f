/** RTP video times are of 90 kHz. */
const TICKS_PER_MS = 90;

/** Turns RTP times, which begin anywhere and wrap around every 13 hours, into capture times. */
export class RtpTimes {
  private known: { rtpTimestamp: number; capturedAtUs: number } | null = null;
  private isLive = false;

  /** The server says when the picture of an RTP time was captured, again every few seconds. */
  learn(said: { rtpTimestamp: number; capturedAtUs: number }): void {
    this.known = said;
  }

  /**
   * Milliseconds since 1970. Null before the server has said anything, and for the pictures from before it did: those
   * are sent faster than they were captured, to come to the picture of now.
   */
  capturedAt(rtpTimestamp: number): number | null {
    if (this.known === null) {
      return null;
    }
    const since = (rtpTimestamp - this.known.rtpTimestamp) | 0;
    this.isLive ||= since >= 0;
    return this.isLive ? this.known.capturedAtUs / 1000 + since / TICKS_PER_MS : null;
  }
}
