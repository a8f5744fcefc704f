import type { Player, Stage, Why } from "./player";
import { RtpTimes } from "./rtpTimes";

/** Whoever is not connected after so long plays HLS instead. */
const CONNECT_MS = 3_000;
/** The newest group of pictures comes at once: after so long without a picture the browser cannot decode it. */
const PICTURE_MS = 3_000;
const SILENT_MS = 5_000;
/** A connection that is away for a moment may come back by itself. */
const AWAY_MS = 2_000;

/** What the server says when it does not begin. */
const REFUSALS: Record<number, Why> = { 404: "SILENT", 415: "CODEC", 503: "FULL" };

/** Without the time of each picture that is shown boxes could not be drawn. */
export function canPlayDirectly(): boolean {
  return typeof RTCPeerConnection === "function" && "requestVideoFrameCallback" in HTMLVideoElement.prototype;
}

/** Plays the camera's own packets by WebRTC, asked for by WHEP; `onFailed` is called once: it does not go, or no more. */
export function playDirectly(
  video: HTMLVideoElement,
  url: string,
  onStage: (stage: Stage) => void,
  onFailed: (why: Why) => void,
): Player {
  const peer = new RTCPeerConnection({ iceServers: [], bundlePolicy: "max-bundle" });
  const { receiver } = peer.addTransceiver("video", { direction: "recvonly" });
  const channel = peer.createDataChannel("capture");
  const times = new RtpTimes();
  let session: string | null = null;
  let closed = false;
  let shownAt: number | null = null;
  let callback = 0;
  let timer = window.setTimeout(() => fail("UNREACHABLE"), CONNECT_MS);
  onStage("starting");

  function close(): void {
    closed = true;
    window.clearTimeout(timer);
    window.removeEventListener("pagehide", close);
    video.cancelVideoFrameCallback(callback);
    peer.close();
    video.srcObject = null;
    leave();
  }

  function fail(why: Why): void {
    if (!closed) {
      close();
      onFailed(why);
    }
  }

  /** The server frees the place at once; without a word it would notice after half a minute. */
  function leave(): void {
    if (session !== null) {
      void fetch(session, { method: "DELETE", keepalive: true }).catch(() => undefined);
      session = null;
    }
  }

  function wait(milliseconds: number, then: () => void): void {
    window.clearTimeout(timer);
    timer = window.setTimeout(then, milliseconds);
  }

  function shown(_: number, picture: VideoFrameCallbackMetadata): void {
    if (picture.rtpTimestamp === undefined) {
      fail("BROWSER");
      return;
    }
    shownAt = times.capturedAt(picture.rtpTimestamp);
    onStage("playing");
    wait(SILENT_MS, () => onStage("interrupted"));
    callback = video.requestVideoFrameCallback(shown);
  }

  async function ask(): Promise<void> {
    await peer.setLocalDescription();
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/sdp" },
      body: peer.localDescription?.sdp ?? "",
    });
    if (answer.status !== 201) {
      fail(REFUSALS[answer.status] ?? "UNREACHABLE");
      return;
    }
    session = answer.headers.get("Location");
    const sdp = await answer.text();
    if (closed) {
      leave();
      return;
    }
    await peer.setRemoteDescription({ type: "answer", sdp });
  }

  peer.ontrack = ({ track }) => {
    video.srcObject = new MediaStream([track]);
    void video.play().catch(() => undefined);
  };
  peer.onconnectionstatechange = () => {
    if (peer.connectionState === "connected" && shownAt === null) {
      wait(PICTURE_MS, () => (document.hidden ? undefined : fail("CODEC")));
    } else if (peer.connectionState === "disconnected") {
      wait(AWAY_MS, () => (peer.connectionState === "connected" ? undefined : fail("ENDED")));
    } else if (peer.connectionState === "failed" || peer.connectionState === "closed") {
      fail(shownAt === null ? "UNREACHABLE" : "ENDED");
    }
  };
  channel.onmessage = ({ data }) => times.learn(JSON.parse(String(data)) as { rtpTimestamp: number; capturedAtUs: number });
  channel.onclose = () => fail("ENDED");
  callback = video.requestVideoFrameCallback(shown);
  window.addEventListener("pagehide", close);
  ask().catch(() => fail("UNREACHABLE"));

  return {
    capturedAt: () => shownAt,
    hold: (milliseconds) => {
      if ("jitterBufferTarget" in receiver) {
        receiver.jitterBufferTarget = milliseconds;
      }
    },
    close,
  };
}
