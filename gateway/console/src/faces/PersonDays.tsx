import { Select } from "antd";
import { useState } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { shortDay } from "../components/DaysChart";
import { Heads } from "../components/Heads";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { Skeleton } from "../components/Waiting";
import { PersonDaysDocument, type PersonDaysQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { useDays } from "../vehicles/Period";
import { nameOf } from "./person";

const words = ru.faces;
const STARTS = [0, 6, 7, 8, 12, 18, 20].map((value) => ({ value, label: ru.people.dayStartsAt(value) }));

/** When each person was there by their face, to be compared with a timesheet (R86). */
export function PersonDays({ cameras }: { cameras: string[] }) {
  const { from, to, picker } = useDays();
  const [starts, setStarts] = useState(0);
  const variables = { from, to, cameraIds: cameras.length ? cameras : null, dayStartsAt: starts };
  const [{ data, error }, again] = useQuery({ query: PersonDaysDocument, variables });
  return (
    <>
      <div className="filters" role="search">
        {picker}
        <Select className="filter" aria-label={ru.people.dayStarts} options={STARTS} value={starts} onChange={setStarts} />
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : null}
      {!data && !error ? <Skeleton of="table" /> : null}
      {data && !data.personDays.length ? <Nothing text={words.emptyDays} /> : null}
      {data?.personDays.length ? <Days found={data.personDays} /> : null}
      <p className="muted">{words.note}</p>
    </>
  );
}

function Days({ found }: { found: PersonDaysQuery["personDays"] }) {
  const time = usePlantTime();
  const heads = [words.day, words.person, words.first, words.last, words.within, words.visits, words.tracks];
  return (
    <table className="grid" aria-label={words.tabs.days}>
      <Heads names={heads} />
      <tbody>
        {[...found].reverse().map((row) => (
          <tr key={`${row.day} ${row.personId}`}>
            <td>{shortDay(row.day)}</td>
            <td>
              <b>{nameOf(row)}</b>
            </td>
            <td>{time.time(row.firstSeen)}</td>
            <td>{time.time(row.lastSeen)}</td>
            <td>{ru.ledger.duration(row.withinS)}</td>
            <td>{row.visits}</td>
            <td>{row.tracks}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
