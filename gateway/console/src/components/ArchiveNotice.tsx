import { FolderOpenOutlined } from "@ant-design/icons";
import type { CameraViewFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";

/** Whether it stands for recordings that are analysed later, and not for a camera. */
export function isArchive(camera: CameraViewFragment): boolean {
  return camera.state === "ARCHIVE" || camera.state === "ANALYSING";
}

/** In the place of a live picture: until when the recordings have been analysed. */
export function ArchiveNotice({ camera }: { camera: CameraViewFragment }) {
  const { full } = usePlantTime();
  const until = camera.analysedUntil;
  return (
    <div className="live-notice">
      <FolderOpenOutlined />
      <span>{ru.cameras.archivePicture}</span>
      <span className="muted">{until ? ru.cameras.analysedUntil(full(until)) : ru.cameras.analysedNothing}</span>
    </div>
  );
}
