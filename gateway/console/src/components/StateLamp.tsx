import type { CameraViewFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { decimal } from "./format";

/** How a camera is doing, with its frame rate. */
export function StateLamp({ camera }: { camera: CameraViewFragment }) {
  return (
    <span className={`state state-${camera.state.toLowerCase()}`}>
      {ru.cameraState[camera.state]}
      {camera.fps !== null && camera.state === "ONLINE" ? (
        <span className="muted"> · {ru.cameras.fps(decimal(camera.fps))}</span>
      ) : null}
    </span>
  );
}
