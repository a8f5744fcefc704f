import Hls, { type ErrorData, Events } from "hls.js/light";

export type Stage = "starting" | "playing" | "interrupted" | "unsupported";

export interface Player {
  /** Capture time of the picture that is shown, milliseconds since 1970; null while there is none. */
  capturedAt: () => number | null;
  close: () => void;
}

const RETRY_MS = 3_000;

/** Plays a camera's HLS list on a video element and keeps trying when the stream is away. */
export function play(video: HTMLVideoElement, url: string, onStage: (stage: Stage) => void): Player {
  if (!Hls.isSupported()) {
    onStage("unsupported");
    return { capturedAt: () => null, close: () => undefined };
  }
  let closed = false;
  let hls = open();
  let timer = 0;
  const playing = () => onStage("playing");
  video.addEventListener("playing", playing);

  function open(): Hls {
    const opened = new Hls({
      enableWorker: false,
      liveSyncDurationCount: 2,
      liveMaxLatencyDurationCount: 6,
      maxLiveSyncPlaybackRate: 1.2,
      maxBufferLength: 10,
      backBufferLength: 10,
    });
    opened.on(Events.ERROR, (_, data) => failed(data));
    opened.on(Events.MANIFEST_PARSED, () => void video.play().catch(() => undefined));
    opened.loadSource(url);
    opened.attachMedia(video);
    return opened;
  }

  function failed(data: ErrorData): void {
    if (!data.fatal || closed) {
      return;
    }
    onStage("interrupted");
    hls.destroy();
    timer = window.setTimeout(() => {
      if (!closed) {
        hls = open();
      }
    }, RETRY_MS);
  }

  return {
    capturedAt: () => hls.playingDate?.getTime() ?? null,
    close: () => {
      closed = true;
      window.clearTimeout(timer);
      video.removeEventListener("playing", playing);
      hls.destroy();
    },
  };
}
