import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { shortDay } from "../components/DaysChart";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { Skeleton } from "../components/Waiting";
import { VehicleTrafficDocument, type VehicleTrafficQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { HoursChart } from "./HoursChart";
import { useDays } from "./Period";

const words = ru.vehicles;
type Row = VehicleTrafficQuery["vehicleTraffic"][number];

const COLUMNS = ["entered", "departed", "undirected", "plates"] as const;
const HEADS = { entered: words.came, departed: words.departed, undirected: words.undirected, plates: words.plates };

/** How often transport came: by days and by hours of the day. */
export function TrafficView({ cameras }: { cameras: string[] }) {
  const { from, to, picker } = useDays();
  const variables = { from, to, cameraIds: cameras.length ? cameras : null };
  const [{ data, error }, again] = useQuery({ query: VehicleTrafficDocument, variables });
  const rows = data?.vehicleTraffic ?? [];
  return (
    <>
      <div className="filters" role="search">
        {picker}
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : null}
      {!data && !error ? <Skeleton of="table" /> : null}
      {data && !rows.length ? <Nothing text={words.noTraffic} /> : null}
      {rows.length ? (
        <>
          <HoursChart counts={byHour(rows)} label={words.byHours} />
          <Days rows={rows} />
        </>
      ) : null}
    </>
  );
}

function byHour(rows: Row[]): number[] {
  const counts = new Array<number>(24).fill(0);
  for (const row of rows) {
    counts[row.hour] = (counts[row.hour] ?? 0) + row.entered;
  }
  return counts;
}

function Days({ rows }: { rows: Row[] }) {
  const days = [...new Set(rows.map(({ day }) => day))].sort().reverse();
  const classes = [...new Set(rows.map(({ objectClass }) => objectClass))].sort();
  const sum = (of: Row[], column: (typeof COLUMNS)[number]) => of.reduce((total, row) => total + row[column], 0);
  const line = (key: string, name: string, of: Row[]) => (
    <tr key={key} className={key === "total" ? "grid-total" : undefined}>
      <td>{name}</td>
      {COLUMNS.map((column) => (
        <td key={column} className="grid-number">
          {sum(of, column)}
        </td>
      ))}
      {classes.map((each) => (
        <td key={each} className="grid-number muted">
          {sum(of.filter(({ objectClass }) => objectClass === each), "entered")}
        </td>
      ))}
    </tr>
  );
  return (
    <table className="grid" aria-label={words.tabs.traffic}>
      <thead>
        <tr>
          <th>{words.day}</th>
          {COLUMNS.map((column) => (
            <th key={column} className="grid-number">
              {HEADS[column]}
            </th>
          ))}
          {classes.map((each) => (
            <th key={each} className="grid-number">
              {`${words.came}: ${ru.objectClass[each]}`}
            </th>
          ))}
        </tr>
        {line("total", words.total, rows)}
      </thead>
      <tbody>{days.map((day) => line(day, shortDay(day), rows.filter((row) => row.day === day)))}</tbody>
    </table>
  );
}
