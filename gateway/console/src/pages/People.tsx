import { Select } from "antd";
import { useState } from "react";
import { useQuery } from "urql";
import { Access } from "../access/Access";
import { codeOf } from "../api/errors";
import { CameraSelect } from "../components/CameraSelect";
import { shortDay } from "../components/DaysChart";
import { decimal } from "../components/format";
import { Heads } from "../components/Heads";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { WorkingTimeDocument, type WorkingTimeQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { useMay } from "../state/Rights";
import { HoursChart } from "../vehicles/HoursChart";
import { useDays } from "../vehicles/Period";

const words = ru.people;
const STARTS = [0, 6, 7, 8, 12, 18, 20].map((value) => ({ value, label: words.dayStartsAt(value) }));

/** When the shift began and ended in each zone, how long people were there, and at which hours. */
export default function People() {
  const { from, to, picker } = useDays();
  const [starts, setStarts] = useState(0);
  const [cameras, choose] = useState<string[]>([]);
  const variables = { from, to, cameraIds: cameras.length ? cameras : null, dayStartsAt: starts };
  const [{ data, error }, again] = useQuery({ query: WorkingTimeDocument, variables });
  const mayManage = useMay("MANAGE_ACCESS");
  useTitle(words.title);
  return (
    <div className="statistics">
      <div className="page-head">
        <h1>{words.title}</h1>
        <span className="muted">{words.hint}</span>
      </div>
      <div className="filters" role="search">
        {picker}
        <CameraSelect value={cameras} onChange={choose} />
        <Select className="filter" aria-label={words.dayStarts} options={STARTS} value={starts} onChange={setStarts} />
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : null}
      {!data && !error ? <Skeleton of="table" /> : null}
      {data && !data.attendance.length ? <Nothing text={words.empty} /> : null}
      {data?.attendance.length ? <Found found={data} /> : null}
      {mayManage ? <Access /> : null}
    </div>
  );
}

function Found({ found }: { found: WorkingTimeQuery }) {
  const time = usePlantTime();
  const counts = new Array<number>(24).fill(0);
  for (const { hour, visits } of found.presence) {
    counts[hour] = (counts[hour] ?? 0) + visits;
  }
  const heads = [words.day, words.zone, words.camera, words.first, words.last, words.occupied, words.personTime, words.visits];
  return (
    <>
      <HoursChart counts={counts} label={words.byHours} />
      <table className="grid" aria-label={words.title}>
        <Heads names={heads} />
        <tbody>
          {[...found.attendance].reverse().map((row) => (
            <tr key={`${row.day} ${row.cameraId} ${row.zoneId}`}>
              <td>{shortDay(row.day)}</td>
              <td>{row.zone?.name ?? row.zoneId}</td>
              <td>{row.camera?.name ?? row.cameraId}</td>
              <td>{time.time(row.firstEntry)}</td>
              <td>{time.time(row.lastExit)}</td>
              <td>{ru.ledger.duration(row.occupiedS)}</td>
              <td>{decimal(row.personS / 3600)}</td>
              <td>{row.visits}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="muted">{words.note}</p>
    </>
  );
}
