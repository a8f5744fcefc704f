import { VideoCameraOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useEffect, useRef, useState } from "react";
import { useSubscription } from "urql";
import { type CameraViewFragment, FramesDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { draw } from "./draw";
import { FrameBuffer } from "./frames";
import { Hold } from "./hold";
import type { Stage, Transport } from "./player";
import { Screen } from "./screen";

interface Props {
  camera: CameraViewFragment;
  boxes: boolean;
  zones: boolean;
  /** whether boxes carry words: what, worn or not, score */
  words?: boolean;
  /** HLS list to play instead of the camera's own */
  url?: string;
  /** where WebRTC is asked for first: it shows a picture of the camera's own, almost at once; null: HLS only */
  direct?: string | null;
  /** seconds between the picture and now, about once a second */
  onDelay?: (seconds: number) => void;
}

/** A camera's live picture with what the models saw in the very moment that it shows. */
export default function LivePicture({
  camera,
  boxes,
  zones,
  words = true,
  url = camera.liveUrl,
  direct = null,
  onDelay,
}: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const screen = useRef<Screen | null>(null);
  const buffer = useRef(new FrameBuffer());
  const hold = useRef(new Hold());
  const [stage, setStage] = useState<Stage>("starting");
  const [transport, setTransport] = useState<Transport>({ by: "SEGMENTS", why: null });

  useSubscription({ query: FramesDocument, variables: { cameraId: camera.id }, pause: !boxes }, (_, data) => {
    buffer.current.add(data.frames);
    const at = screen.current?.capturedAt() ?? null;
    if (at !== null && hold.current.came(at - Date.parse(data.frames.lastCapturedAt), performance.now())) {
      screen.current?.hold(hold.current.milliseconds);
    }
    return data;
  });

  useEffect(() => {
    if (!box.current) {
      return undefined;
    }
    const opened = new Screen(box.current, { onStage: setStage, onTransport: setTransport });
    screen.current = opened;
    return () => opened.close();
  }, [camera.id]);

  useEffect(() => screen.current?.show(url, direct), [camera.id, url, direct]);

  useEffect(() => screen.current?.hold(boxes ? hold.current.milliseconds : 0), [camera.id, boxes]);

  const shown = useRef({ camera, boxes, zones, words, onDelay });
  shown.current = { camera, boxes, zones, words, onDelay };
  useEffect(() => {
    let request = 0;
    let told = 0;
    const step = (now: number) => {
      request = requestAnimationFrame(step);
      const { camera: seen, boxes: withBoxes, zones: withZones, words: withWords, onDelay: tell } = shown.current;
      const at = screen.current?.capturedAt() ?? null;
      const video = screen.current?.video;
      if (canvas.current && video) {
        const tracks = withBoxes && at !== null ? buffer.current.at(at) : [];
        draw(canvas.current, video, { zones: withZones ? seen.zones : [], tracks, words: withWords });
      }
      if (tell && at !== null && now - told > 1000) {
        told = now;
        tell((Date.now() - at) / 1000);
      }
    };
    request = requestAnimationFrame(step);
    return () => cancelAnimationFrame(request);
  }, []);

  return (
    <div className="live">
      <div className="live-screen" role="img" aria-label={ru.cameras.livePicture(camera.name)} ref={box} />
      <canvas ref={canvas} aria-hidden="true" />
      {stage === "playing" ? null : <Notice stage={stage} />}
      {direct === null ? null : <By transport={transport} />}
    </div>
  );
}

function Notice({ stage }: { stage: Stage }) {
  const text = {
    starting: ru.cameras.starting,
    interrupted: ru.cameras.noPicture,
    busy: ru.cameras.busy,
    unsupported: ru.cameras.noFeed,
    playing: "",
  }[stage];
  return (
    <div className="live-notice" role="status">
      <VideoCameraOutlined />
      <span>{text}</span>
      {stage === "interrupted" ? <span className="muted">{ru.cameras.noPictureHint}</span> : null}
      {stage === "busy" ? <span className="muted">{ru.cameras.busyHint}</span> : null}
    </div>
  );
}

/** How the picture comes, and why it comes late where it could have come at once. */
function By({ transport: { by, why } }: { transport: Transport }) {
  return (
    <>
      {why === null ? null : (
        <span className="live-why" role="note">
          {ru.cameras.late} {ru.cameras.lateBecause[why]}
        </span>
      )}
      <Tooltip title={ru.cameras.transportHints[by]}>
        <span className="live-transport">{ru.cameras.transports[by]}</span>
      </Tooltip>
    </>
  );
}
