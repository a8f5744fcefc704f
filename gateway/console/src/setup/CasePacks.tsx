import { CheckOutlined } from "@ant-design/icons";
import { Modal, Radio } from "antd";
import { useState } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Trouble } from "../components/Trouble";
import { AttachCasePackDocument, type CameraSetupFragment, type CasePack, CasePacksDocument, type CasePacksQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { Failures } from "./Analytics";
import { Refusal } from "./Field";
import { useAnalytics } from "./useAnalytics";

const words = ru.setup;

type Contents = CasePacksQuery["casePacks"][number];

interface Props {
  camera: CameraSetupFragment;
  onChanged: () => void;
  onClose: () => void;
}

/** All that a usual kind of site needs, at once (R89). */
export function CasePacks({ camera, onChanged, onClose }: Props) {
  const [{ data, error }, again] = useQuery({ query: CasePacksDocument });
  const { busy, refused, failures, change } = useAnalytics(onChanged);
  const [chosen, setChosen] = useState<CasePack | null>(null);
  const contents = data?.casePacks.find(({ pack }) => pack === chosen);
  const attach = async () => {
    if (chosen && (await change(AttachCasePackDocument, { cameraId: camera.id, pack: chosen }, words.packAttached))) {
      onClose();
    }
  };
  return (
    <Modal
      open
      title={words.pack}
      okText={words.packAttach}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !contents || partsOf(contents, camera).every(({ isThere }) => isThere), loading: busy }}
      onOk={() => void attach()}
      onCancel={onClose}
      width={640}
    >
      <p className="muted">{words.packHint}</p>
      {error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : null}
      <Radio.Group className="packs" aria-label={words.pack} value={chosen} onChange={({ target }) => setChosen(target.value)}>
        {data?.casePacks.map(({ pack }) => (
          <Radio key={pack} value={pack}>
            <b>{words.packs[pack]}</b>
            <small className="muted">{words.packAbout[pack]}</small>
          </Radio>
        ))}
      </Radio.Group>
      {contents ? <Parts contents={contents} camera={camera} /> : null}
      <Refusal refused={refused} shown={[]} />
      <Failures failures={failures} />
    </Modal>
  );
}

/** What the pack consists of, and what of it the camera has. */
function Parts({ contents, camera }: { contents: Contents; camera: CameraSetupFragment }) {
  const parts = partsOf(contents, camera);
  return (
    <>
      <ul className="pack-parts" aria-label={words.packs[contents.pack]}>
        {parts.map(({ words: what, isThere }) => (
          <li key={what} className={isThere ? "muted" : undefined}>
            {what}
            {isThere ? (
              <span>
                {" "}
                <CheckOutlined /> {words.packThere}
              </span>
            ) : null}
          </li>
        ))}
      </ul>
      {hasPlace(contents, camera) ? null : <p className="muted">{words.packZoneHint}</p>}
      {contents.place === "ENTRANCE" ? <p className="muted">{words.packFaces}</p> : null}
    </>
  );
}

function partsOf(contents: Contents, camera: CameraSetupFragment): { words: string; isThere: boolean }[] {
  const inWholePicture = new Set(camera.rules.filter(({ zoneId }) => zoneId === null).map(({ kind }) => kind));
  return [
    ...(contents.ppe ? [{ words: words.packPpe, isThere: camera.ppe }] : []),
    ...(contents.plates ? [{ words: words.packPlates, isThere: camera.plates }] : []),
    { words: words.packPlace[contents.place], isThere: hasPlace(contents, camera) },
    ...contents.kinds.map((kind) => ({ words: words.packRule(ru.kind[kind]), isThere: inWholePicture.has(kind) })),
  ];
}

/** As the gateway sees it: people's time is recorded in every zone, vehicles' passages at gates. */
function hasPlace({ place }: Contents, { zones }: CameraSetupFragment): boolean {
  return zones.some(({ gate }) => gate || place !== "GATE");
}
