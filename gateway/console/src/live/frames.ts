import type { FramesSubscription } from "../gql/documents";

export type Frame = FramesSubscription["frames"];
export type Track = Frame["tracks"][number];

interface Timed {
  from: number;
  to: number;
  tracks: Track[];
}

/** The picture is some seconds behind the frames: so many must wait for it. */
const KEPT_MS = 60_000;
/** These stand still and are looked at now and then only: what was seen of them holds for so long. */
const STILL: ReadonlySet<Track["objectClass"]> = new Set(["MACHINE", "OBJECT"]);
const STILL_MS = 1500;
/** A frame that is farther from the picture says nothing about it. */
const NEAR_MS = 400;

/** What the models saw, by capture time, for the moment that the picture shows. */
export class FrameBuffer {
  private frames: Timed[] = [];

  add(frame: Frame): void {
    const timed = { from: Date.parse(frame.capturedAt), to: Date.parse(frame.lastCapturedAt), tracks: frame.tracks };
    let place = this.frames.length;
    while (place > 0 && (this.frames[place - 1]?.from ?? 0) > timed.from) {
      place -= 1;
    }
    this.frames.splice(place, 0, timed);
    const oldest = (this.frames[this.frames.length - 1]?.to ?? 0) - KEPT_MS;
    const keep = this.frames.findIndex((other) => other.to >= oldest);
    this.frames.splice(0, Math.max(0, keep));
  }

  /** The tracks at a capture time in milliseconds; between two frames a track is where it must have been. */
  at(time: number): Track[] {
    return [...this.still(time), ...this.moving(time).filter((track) => !STILL.has(track.objectClass))];
  }

  private still(time: number): Track[] {
    const newest = new Map<number, Track>();
    for (const frame of this.frames) {
      if (frame.from <= time && time - frame.from <= STILL_MS) {
        for (const track of frame.tracks) {
          if (STILL.has(track.objectClass)) {
            newest.set(track.trackId, track);
          }
        }
      }
    }
    return [...newest.values()].filter((track) => track.objectClass !== "OBJECT" || track.score > 0);
  }

  private moving(time: number): Track[] {
    const next = this.frames.findIndex((frame) => frame.from > time);
    const before = this.frames[next < 0 ? this.frames.length - 1 : next - 1];
    const after = next < 0 ? undefined : this.frames[next];
    const past = before && time - before.to <= NEAR_MS ? before : undefined;
    const coming = after && after.from - time <= NEAR_MS ? after : undefined;
    if (past && time <= past.to) {
      return past.tracks;
    }
    if (past && coming) {
      return blended(past, coming, (time - past.to) / Math.max(1, coming.from - past.to));
    }
    return (past ?? coming)?.tracks ?? [];
  }
}

function blended(past: Timed, coming: Timed, share: number): Track[] {
  return past.tracks.map((track) => {
    const later = coming.tracks.find((other) => other.trackId === track.trackId);
    if (!later) {
      return track;
    }
    return { ...track, box: track.box.map((edge, i) => edge + ((later.box[i] ?? edge) - edge) * share) };
  });
}
