import { Modal } from "antd";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Trouble } from "../components/Trouble";
import { Skeleton } from "../components/Waiting";
import { type GatePassagesQuery, PassagePictureDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";

const words = ru.vehicles;

export type GatePassage = GatePassagesQuery["vehiclePassages"]["edges"][number]["node"];

/** A number as it stands on a plate, or why there is none. */
export function PlateView({ passage }: { passage: GatePassage }) {
  const { plate } = passage;
  if (!plate) {
    return <span className="muted">{passage.plateHidden ? words.hidden : words.unread}</span>;
  }
  const about = `${plate.format ? ru.plateFormat[plate.format] : words.foreign}, ${words.readings(plate.readings)}`;
  return (
    <span className={plate.number ? "plate" : "plate plate-foreign"} title={about}>
      {plate.number ?? plate.text}
    </span>
  );
}

/** The vehicle as it was when its plate was read best. */
export function PassagePicture({ passage, onClose }: { passage: GatePassage; onClose: () => void }) {
  const time = usePlantTime();
  const [{ data, error }, again] = useQuery({ query: PassagePictureDocument, variables: { id: passage.id } });
  const plate = data?.vehiclePassage?.plate;
  const number = passage.plate?.number ?? passage.plate?.text ?? words.unread;
  return (
    <Modal open title={number} footer={null} onCancel={onClose} width={540}>
      {error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : null}
      {!data && !error ? <Skeleton of="strip" /> : null}
      {plate?.picture ? <img className="plate-photo" src={plate.picture} alt={number} /> : null}
      {data && !plate?.picture ? <p className="muted">{words.noPhoto}</p> : null}
      {plate ? <p className="muted">{words.keepUntil(time.fullDate(plate.keepUntil))}</p> : null}
    </Modal>
  );
}
