/** Wall time of the plant, as an input of type datetime-local has it: 2026-11-01T12:00:00. */
export function wallTime(iso: string | number | Date, zone: string): string {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(new Date(iso));
  return parts.replace(" ", "T");
}

/**
 * The moment at which the plant's clocks show this; of two in autumn the second, so that all that was known at either
 * is told. Null for a time that spring leaves out, and for what is no time.
 */
export function momentOf(wall: string, zone: string): string | null {
  const full = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(wall) ? `${wall}:00` : wall;
  const guess = Date.parse(`${full}Z`);
  if (Number.isNaN(guess)) {
    return null;
  }
  const around = [guess - 86_400_000, guess + 86_400_000].map((at) => guess - offsetOf(at, zone));
  const fitting = around.filter((at) => wallTime(at, zone) === full.slice(0, 19));
  return fitting.length ? new Date(Math.max(...fitting)).toISOString() : null;
}

/** Milliseconds by which the plant's clocks are ahead of UTC. */
function offsetOf(at: number, zone: string): number {
  return Date.parse(`${wallTime(at, zone)}Z`) - Math.floor(at / 1000) * 1000;
}
