import { CameraOutlined, UploadOutlined } from "@ant-design/icons";
import { Alert, Button, Checkbox, Tooltip } from "antd";
import { type ChangeEvent, useRef, useState } from "react";
import { newCommandId } from "../components/format";
import { Trouble } from "../components/Trouble";
import { Skeleton } from "../components/Waiting";
import { type CameraSetupFragment, TakeMachinePictureDocument, TeachMachineDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { aspectsOf, missing, MOST_FILES } from "./album";
import { Counts } from "./Counts";
import { Labels } from "./Labels";
import { Lessons } from "./Lessons";
import { Pictures } from "./Pictures";
import { useAlbum } from "./useAlbum";

const words = ru.teaching;

interface Props {
  camera: CameraSetupFragment;
  zone: CameraSetupFragment["zones"][number];
  mayTake: boolean;
}

/** One machine: pictures of it are taken and labelled, then it is taught (R57-R60). */
export function MachineTeaching({ camera, zone, mayTake }: Props) {
  const { album, error, busy, problem, goesOn, reload, send, upload } = useAlbum(zone.id);
  const [states, setStates] = useState<string[]>([]);
  const [cropped, setCropped] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const kinds = camera.rules.filter(({ zoneId }) => zoneId === zone.id).map(({ kind }) => kind);

  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])].slice(0, MOST_FILES);
    event.target.value = "";
    void upload(files, states, cropped);
  };
  if (!album) {
    return (
      <section className="panel" aria-label={words.title(zone.name)}>
        <div className="panel-head">
          <h2>{words.title(zone.name)}</h2>
        </div>
        {error ? <Trouble code={error} onRetry={reload} /> : <Skeleton of="table" />}
      </section>
    );
  }
  const aspects = aspectsOf(album.counts, kinds);
  const lacking = missing(album);
  return (
    <section className="panel teaching" aria-label={words.title(zone.name)}>
      <div className="panel-head">
        <h2>{words.title(zone.name)}</h2>
        <span className="muted">{words.kept(album.pictures.length, album.mostPictures)}</span>
      </div>
      <div className="teaching-body">
        <div className="teaching-side">
          <p>{words.steps}</p>
          <div role="group" aria-label={words.next}>
            <span className="field-label">{words.next}</span>
            <Labels counts={album.counts} aspects={aspects} states={states} onChange={setStates} />
          </div>
          <div className="setup-buttons">
            {mayTake ? (
              <Button
                icon={<CameraOutlined />}
                loading={busy}
                onClick={() => void send(TakeMachinePictureDocument, { zoneId: zone.id, states })}
              >
                {words.take}
              </Button>
            ) : null}
            <Button icon={<UploadOutlined />} disabled={busy} onClick={() => chooser.current?.click()}>
              {words.upload}
            </Button>
            <input ref={chooser} type="file" accept="image/jpeg,image/png" multiple hidden aria-label={words.files} onChange={chosen} />
          </div>
          <Tooltip title={words.croppedHint}>
            <Checkbox checked={cropped} onChange={({ target }) => setCropped(target.checked)}>
              {words.cropped}
            </Checkbox>
          </Tooltip>
          {problem ? (
            <Alert type="error" showIcon role="alert" title={words.codes[problem] ?? ru.setup.codes[problem] ?? sentence(problem)} />
          ) : null}
          <Counts album={album} aspects={aspects} />
          <div className="teaching-start">
            <Button
              type="primary"
              disabled={lacking.length > 0 || goesOn}
              loading={goesOn}
              onClick={() => void send(TeachMachineDocument, { zoneId: zone.id, commandId: newCommandId() })}
            >
              {words.teach}
            </Button>
            {lacking.length ? <small className="muted">{lacking.join(" ")}</small> : null}
          </div>
          <Lessons album={album} goesOn={goesOn} />
        </div>
        <Pictures album={album} aspects={aspects} busy={busy} send={send} />
      </div>
    </section>
  );
}
