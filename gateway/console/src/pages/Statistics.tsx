import { DatePicker, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useMemo, useState } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { DaysChart, type DayCounts, shortDay } from "../components/DaysChart";
import { decimal } from "../components/format";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { CamerasDocument, DailyStatisticsDocument, type DailyStatisticsQuery, type RuleKind } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { wallTime } from "../state/plantMoment";

type Row = DailyStatisticsQuery["dailyStatistics"][number];
type Numbers = Pick<Row, "opened" | "violations" | "confirmed" | "dismissed" | "inReview" | "falsePositives">;

const COLUMNS = ["opened", "violations", "confirmed", "dismissed", "inReview", "falsePositives"] as const;
const KINDS = Object.entries(ru.kind).map(([value, label]) => ({ value: value as RuleKind, label }));
const DAYS_AT_FIRST = 14;
const LONGEST_TABLE = 500;

/** What became of the incidents of each day: a chart, and a row for each camera, zone and kind. */
export default function Statistics() {
  const { zone } = usePlantTime();
  const today = dayjs(wallTime(Date.now(), zone).slice(0, 10));
  const [period, setPeriod] = useState<[Dayjs, Dayjs]>([today.subtract(DAYS_AT_FIRST - 1, "day"), today]);
  const [camera, setCamera] = useState<string | null>(null);
  const [kind, setKind] = useState<RuleKind | null>(null);
  const [from, to] = period.map((day) => day.format("YYYY-MM-DD")) as [string, string];
  const [{ data, error, fetching }, again] = useQuery({
    query: DailyStatisticsDocument,
    variables: { from, to, camera, kind },
  });
  const [{ data: plant }] = useQuery({ query: CamerasDocument });
  useTitle(ru.statistics.title);
  const rows = data?.dailyStatistics ?? [];
  const days = useMemo(() => byDay(rows, from, to), [rows, from, to]);
  return (
    <div className="statistics">
      <div className="page-head">
        <h1>{ru.statistics.title}</h1>
        <span className="muted">{ru.statistics.hint}</span>
      </div>
      <div className="filters" role="search">
        <DatePicker.RangePicker
          allowClear={false}
          format="DD.MM.YYYY"
          value={period}
          aria-label={ru.statistics.period}
          onChange={(range) => range?.[0] && range[1] && setPeriod([range[0], range[1]])}
        />
        <Select
          allowClear
          className="filter-wide"
          aria-label={ru.statistics.camera}
          placeholder={ru.statistics.anyCamera}
          options={(plant?.cameras ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={camera}
          onChange={(value: string | undefined) => setCamera(value ?? null)}
        />
        <Select
          allowClear
          className="filter-wide"
          aria-label={ru.statistics.kind}
          placeholder={ru.statistics.anyKind}
          options={KINDS}
          value={kind}
          onChange={(value: RuleKind | undefined) => setKind(value ?? null)}
        />
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : null}
      {fetching && !data ? <Skeleton of="table" /> : null}
      {data && !rows.length ? (
        <Nothing text={ru.statistics.empty} />
      ) : null}
      {rows.length ? (
        <>
          <DaysChart days={days} />
          <Table rows={rows} />
        </>
      ) : null}
    </div>
  );
}

function Table({ rows }: { rows: Row[] }) {
  const shown = [...rows].reverse().slice(0, LONGEST_TABLE);
  return (
    <>
      <table className="grid" aria-label={ru.statistics.title}>
        <thead>
          <tr>
            <th>{ru.statistics.day}</th>
            <th>{ru.statistics.camera}</th>
            <th>{ru.statistics.zone}</th>
            <th>{ru.statistics.kind}</th>
            {COLUMNS.map((column) => (
              <th key={column} className="grid-number">
                {ru.statistics[column]}
              </th>
            ))}
            <th className="grid-number">{ru.statistics.median}</th>
          </tr>
          <tr className="grid-total">
            <td colSpan={4}>{ru.statistics.total}</td>
            {COLUMNS.map((column) => (
              <td key={column} className="grid-number">
                {sum(rows, column)}
              </td>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={`${row.day} ${row.cameraId} ${row.zoneId} ${row.kind}`}>
              <td>{shortDay(row.day)}</td>
              <td>{row.camera?.name ?? row.cameraId}</td>
              <td>{row.zone?.name ?? row.zoneId ?? <span className="muted">{ru.statistics.wholeFrame}</span>}</td>
              <td>{ru.kind[row.kind]}</td>
              {COLUMNS.map((column) => (
                <td key={column} className={row[column] ? `grid-number grid-${column}` : "grid-number muted"}>
                  {row[column]}
                </td>
              ))}
              <td className="grid-number">{row.reviewMedianS === null ? "–" : lasting(row.reviewMedianS)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < rows.length ? (
        <p className="muted">{ru.statistics.tooMany(shown.length, rows.length)}</p>
      ) : null}
    </>
  );
}

function sum(rows: Numbers[], column: keyof Numbers): number {
  return rows.reduce((total, row) => total + row[column], 0);
}

/** Every day of the period, those without incidents too. */
function byDay(rows: Row[], from: string, to: string): DayCounts[] {
  const days: DayCounts[] = [];
  for (let day = dayjs(from); !day.isAfter(dayjs(to)); day = day.add(1, "day")) {
    const key = day.format("YYYY-MM-DD");
    const of = rows.filter((row) => row.day === key);
    days.push({
      day: key,
      opened: sum(of, "opened"),
      violations: sum(of, "violations"),
      inReview: sum(of, "inReview"),
      falsePositives: sum(of, "falsePositives"),
      dismissed: sum(of, "dismissed"),
    });
  }
  return days;
}

function lasting(seconds: number): string {
  if (seconds < 120) {
    return ru.statistics.seconds(decimal(seconds, 0));
  }
  return seconds < 7200 ? ru.statistics.minutes(decimal(seconds / 60)) : ru.statistics.hours(decimal(seconds / 3600));
}
