import { playHls } from "./hls";
import { canPlayDirectly, playDirectly } from "./webrtc";

export type Stage = "starting" | "playing" | "interrupted" | "busy" | "unsupported";

/** How the picture comes: packets as they are (WebRTC), or segments of a list (HLS), some seconds later. */
export type Transport = "DIRECT" | "SEGMENTS";

export interface Player {
  /** Capture time of the picture that is shown, milliseconds since 1970; null while there is none. */
  capturedAt: () => number | null;
  /** Holds pictures back so long before they are shown, where there is a choice: HLS is late enough as it is. */
  hold: (milliseconds: number) => void;
  close: () => void;
}

interface Told {
  onStage: (stage: Stage) => void;
  onTransport: (transport: Transport) => void;
}

/** Plays a camera on a video element: directly where there is a way and the browser takes it, by its HLS list else. */
export function play(video: HTMLVideoElement, list: string, direct: string | null, told: Told): Player {
  let held = 0;
  const segments = (): Player => {
    told.onTransport("SEGMENTS");
    return playHls(video, list, told.onStage);
  };
  const begin = (address: string): Player => {
    told.onTransport("DIRECT");
    return playDirectly(video, address, told.onStage, () => {
      player = segments();
      player.hold(held);
    });
  };
  let player = direct !== null && canPlayDirectly() ? begin(direct) : segments();
  return {
    capturedAt: () => player.capturedAt(),
    hold: (milliseconds) => {
      held = milliseconds;
      player.hold(milliseconds);
    },
    close: () => player.close(),
  };
}
