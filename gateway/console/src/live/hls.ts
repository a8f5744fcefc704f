import Hls, { type ErrorData, Events } from "hls.js/light";
import { NOTHING, type Player, type Stage } from "./player";

const RETRY_MS = 3_000;
/** What is made on demand needs a moment until its first list, what is encoded some seconds. */
const FIRST_RETRIES_MS = 500;
const FIRST_TRIES = 16;
const BUSY = 503;

/** Plays a camera's HLS list on a video element and keeps trying when the stream is away. */
export function playHls(video: HTMLVideoElement, url: string, onStage: (stage: Stage) => void): Player {
  if (!Hls.isSupported()) {
    onStage("unsupported");
    return NOTHING;
  }
  let closed = false;
  let hls = open();
  let timer = 0;
  let tries = 0;
  const playing = () => {
    tries = FIRST_TRIES;
    onStage("playing");
  };
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
    opened.on(Events.MANIFEST_PARSED, () => {
      // Not before: a refused list would take the picture's address away while the browser turns to it.
      opened.attachMedia(video);
      void video.play().catch(() => undefined);
    });
    opened.loadSource(url);
    return opened;
  }

  function failed(data: ErrorData): void {
    if (!data.fatal || closed) {
      return;
    }
    tries += 1;
    const isStarting = tries <= FIRST_TRIES;
    onStage(data.response?.code === BUSY ? "busy" : isStarting ? "starting" : "interrupted");
    hls.destroy();
    timer = window.setTimeout(() => {
      if (!closed) {
        hls = open();
      }
    }, isStarting ? FIRST_RETRIES_MS : RETRY_MS);
  }

  return {
    hold: () => undefined,
    capturedAt: () => hls.playingDate?.getTime() ?? null,
    close: () => {
      closed = true;
      window.clearTimeout(timer);
      video.removeEventListener("playing", playing);
      hls.destroy();
    },
  };
}
