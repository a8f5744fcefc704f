import { playHls } from "./hls";
import { canPlayDirectly, playDirectly } from "./webrtc";

export type Stage = "starting" | "playing" | "interrupted" | "busy" | "unsupported";

/** Why packets as they are could not be had, or not any more. */
export type Why = "BROWSER" | "CODEC" | "FULL" | "SILENT" | "UNREACHABLE" | "ENDED";

/** How the picture comes: packets as they are (WebRTC), or segments of a list (HLS), some seconds later. */
export interface Transport {
  by: "DIRECT" | "SEGMENTS";
  /** null also where there is no other way */
  why: Why | null;
}

export interface Player {
  /** Capture time of the picture that is shown, milliseconds since 1970; null while there is none. */
  capturedAt: () => number | null;
  /** Holds pictures back so long before they are shown, where there is a choice: HLS is late enough as it is. */
  hold: (milliseconds: number) => void;
  close: () => void;
}

/** Shows nothing. */
export const NOTHING: Player = { capturedAt: () => null, hold: () => undefined, close: () => undefined };

interface Told {
  onStage: (stage: Stage) => void;
  onTransport: (transport: Transport) => void;
}

/** Plays a camera on a video element: directly where there is a way and the browser takes it, by its HLS list else. */
export function play(video: HTMLVideoElement, list: string, direct: string | null, told: Told): Player {
  let held = 0;
  let closed = false;
  const segments = (why: Why | null): Player => {
    told.onTransport({ by: "SEGMENTS", why });
    return closed ? NOTHING : playHls(video, list, told.onStage);
  };
  const begin = (address: string): Player => {
    told.onTransport({ by: "DIRECT", why: null });
    return playDirectly(video, address, told.onStage, (why) => {
      player = segments(why);
      player.hold(held);
    });
  };
  const first = (): Player => {
    if (direct === null) {
      return segments(null);
    }
    return canPlayDirectly() ? begin(direct) : segments("BROWSER");
  };
  let player = first();
  return {
    capturedAt: () => player.capturedAt(),
    hold: (milliseconds) => {
      held = milliseconds;
      player.hold(milliseconds);
    },
    close: () => {
      closed = true;
      player.close();
    },
  };
}
