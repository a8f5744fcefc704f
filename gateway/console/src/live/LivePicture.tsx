import { VideoCameraOutlined } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useEffect, useRef, useState } from "react";
import { useSubscription } from "urql";
import { type CameraViewFragment, FramesDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { draw } from "./draw";
import { FrameBuffer } from "./frames";
import { Hold } from "./hold";
import { type Player, play, type Stage, type Transport } from "./player";
import { directUrl } from "./webrtc";

interface Props {
  camera: CameraViewFragment;
  boxes: boolean;
  zones: boolean;
  /** whether boxes carry words: what, worn or not, score */
  words?: boolean;
  /** HLS list to play instead of the camera's own */
  url?: string;
  /** whether WebRTC is tried first: it shows the camera's own picture only, almost at once */
  direct?: boolean;
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
  direct = false,
  onDelay,
}: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const player = useRef<Player | null>(null);
  const buffer = useRef(new FrameBuffer());
  const hold = useRef(new Hold());
  const [stage, setStage] = useState<Stage>("starting");
  const [transport, setTransport] = useState<Transport>("SEGMENTS");

  useSubscription({ query: FramesDocument, variables: { cameraId: camera.id }, pause: !boxes }, (_, data) => {
    buffer.current.add(data.frames);
    const at = player.current?.capturedAt() ?? null;
    if (at !== null && hold.current.came(at - Date.parse(data.frames.lastCapturedAt), performance.now())) {
      player.current?.hold(hold.current.milliseconds);
    }
    return data;
  });

  useEffect(() => {
    const element = video.current;
    if (!element) {
      return undefined;
    }
    const from = direct ? directUrl(camera.id) : null;
    const opened = play(element, url, from, { onStage: setStage, onTransport: setTransport });
    player.current = opened;
    return () => opened.close();
  }, [camera.id, url, direct]);

  useEffect(() => player.current?.hold(boxes ? hold.current.milliseconds : 0), [camera.id, url, direct, boxes]);

  const shown = useRef({ camera, boxes, zones, words, onDelay });
  shown.current = { camera, boxes, zones, words, onDelay };
  useEffect(() => {
    let request = 0;
    let told = 0;
    const step = (now: number) => {
      request = requestAnimationFrame(step);
      const { camera: seen, boxes: withBoxes, zones: withZones, words: withWords, onDelay: tell } = shown.current;
      const at = player.current?.capturedAt() ?? null;
      if (canvas.current && video.current) {
        const tracks = withBoxes && at !== null ? buffer.current.at(at) : [];
        draw(canvas.current, video.current, { zones: withZones ? seen.zones : [], tracks, words: withWords });
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
      <video ref={video} muted autoPlay playsInline aria-label={ru.cameras.livePicture(camera.name)} />
      <canvas ref={canvas} aria-hidden="true" />
      {stage === "playing" ? null : <Notice stage={stage} />}
      {direct ? (
        <Tooltip title={ru.cameras.transportHints[transport]}>
          <span className="live-transport">{ru.cameras.transports[transport]}</span>
        </Tooltip>
      ) : null}
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
