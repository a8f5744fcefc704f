import { useQuery } from "urql";
import { CameraStreamDocument, type CameraStreamQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { decimal } from "./format";
import { useReadAgain } from "./useReadAgain";

type Format = NonNullable<CameraStreamQuery["cameras"][number]["stream"]>["format"];

const words = ru.cameras.stream;
const PERIOD_MS = 60_000;

/** What a camera sends, and what it sent before when that has changed. Nothing until it was told. */
export function CameraStream({ cameraId }: { cameraId: string }) {
  const [{ data }, again] = useQuery({ query: CameraStreamDocument });
  const { dateTime, time } = usePlantTime();
  useReadAgain(again, PERIOD_MS, true);
  const stream = data?.cameras.find(({ id }) => id === cameraId)?.stream;
  if (!stream) {
    return null;
  }
  return (
    <section className="panel" aria-label={words.title}>
      <div className="panel-head">
        <h2>{words.title}</h2>
        <span className="muted">{words.at(time(stream.at).slice(0, 5))}</span>
      </div>
      <ul className="plain">
        <li>
          <b>{formatOf(stream.format)}</b>
          <span className="muted">
            {ru.cameras.fps(decimal(stream.fps))} · {words.rate(stream.kbitS.toLocaleString("ru-RU"))}
          </span>
        </li>
        {stream.before && stream.changedAfter ? (
          <li className="stream-changed">{words.changed(dateTime(stream.changedAfter), formatOf(stream.before))}</li>
        ) : null}
      </ul>
    </section>
  );
}

function formatOf({ codec, width, height }: Format): string {
  return `${words.codecs[codec] ?? codec.toUpperCase()} ${width}×${height}`;
}
