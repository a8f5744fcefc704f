import { Button, Popconfirm } from "antd";
import { useState } from "react";
import { type CameraSetupFragment, RegisterCameraDocument, RetireCameraDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { cameraDraftOf, cameraInputOf } from "./camera";
import { CAMERA_FIELDS, CameraFields } from "./CameraFields";
import { Refusal } from "./Field";
import { useSetup } from "./useSetup";

const words = ru.setup;

interface Props {
  camera: CameraSetupFragment;
  onChanged: () => void;
  onRetired: () => void;
}

/** How the camera is connected, and taking it out. */
export function CameraSettings({ camera, onChanged, onRetired }: Props) {
  const { busy, refused, send } = useSetup(onChanged);
  const stored = cameraDraftOf(camera);
  const [draft, setDraft] = useState(stored);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(stored);
  const retire = async () => {
    if (await send(RetireCameraDocument, { cameraId: camera.id }, words.cameraRetired)) {
      onRetired();
    }
  };
  return (
    <form
      className="panel camera-settings"
      aria-label={words.settings}
      onSubmit={(event) => {
        event.preventDefault();
        void send(RegisterCameraDocument, cameraInputOf(draft), words.changed);
      }}
    >
      <div className="panel-head">
        <h2>{words.settings}</h2>
        <span className="muted">{camera.id}</span>
      </div>
      <CameraFields draft={draft} onChange={setDraft} refused={refused} isNew={false} />
      <Refusal refused={refused} shown={CAMERA_FIELDS} />
      <div className="setup-buttons">
        <Button type="primary" htmlType="submit" loading={busy} disabled={!isChanged || !draft.source.trim() || !draft.name.trim()}>
          {words.save}
        </Button>
        <Popconfirm
          title={words.retireCameraAsk}
          description={words.retireCameraHint}
          okText={words.retireCamera}
          cancelText={words.cancel}
          onConfirm={() => void retire()}
        >
          <Button type="text" danger disabled={busy}>
            {words.retireCamera}
          </Button>
        </Popconfirm>
      </div>
    </form>
  );
}
