import { Modal } from "antd";
import { useState } from "react";
import { RegisterCameraDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { cameraInputOf, NEW_CAMERA } from "./camera";
import { CAMERA_FIELDS, CameraFields } from "./CameraFields";
import { Refusal } from "./Field";
import { useSetup } from "./useSetup";

const words = ru.setup;

interface Props {
  cameras: { id: string; name: string }[];
  onClose: () => void;
  onChanged: () => void;
}

/** The dialogue that connects a camera. */
export function ConnectCamera({ cameras, onClose, onChanged }: Props) {
  const { busy, refused, send } = useSetup(onChanged);
  const [draft, setDraft] = useState(NEW_CAMERA);
  const twin = cameras.find(({ id }) => id === draft.cameraId);
  const taken = twin ? { field: "cameraId", words: words.taken(twin.name) } : null;
  const isComplete = [draft.cameraId, draft.name, draft.source].every((text) => text.trim());
  const connect = async () => {
    if (await send(RegisterCameraDocument, cameraInputOf(draft), words.connected)) {
      onClose();
    }
  };
  return (
    <Modal
      open
      centered
      title={words.connect}
      okText={words.connect}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !isComplete || twin !== undefined, loading: busy }}
      onOk={() => void connect()}
      onCancel={onClose}
      width={560}
    >
      <CameraFields draft={draft} onChange={setDraft} refused={taken ?? refused} isNew />
      <Refusal refused={refused} shown={CAMERA_FIELDS} />
    </Modal>
  );
}
