import { Pagination, Segmented } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { percent } from "../components/format";
import { VerdictChip } from "../components/VerdictChip";
import { Trouble } from "../components/Trouble";
import { Skeleton } from "../components/Waiting";
import { type DifferenceKind, type Verdict, type WhatIfDifferencesQuery, WhatIfDifferencesDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";

type Row = NonNullable<WhatIfDifferencesQuery["whatIfJob"]>["differences"]["rows"][number];

const PAGE = 25;

interface Props {
  jobId: string;
  counts: Record<DifferenceKind, number>;
}

/** The incidents that differ, kind by kind and page by page. */
export function Differences({ jobId, counts }: Props) {
  const kinds = Object.keys(ru.whatIf.kinds) as DifferenceKind[];
  const [kind, setKind] = useState<DifferenceKind>(kinds.find((each) => counts[each] > 0) ?? "NEW");
  const [page, setPage] = useState(1);
  const [{ data, error }, again] = useQuery({
    query: WhatIfDifferencesDocument,
    variables: { id: jobId, kind, first: PAGE, offset: (page - 1) * PAGE },
  });
  const found = data?.whatIfJob?.differences;
  return (
    <section className="panel" aria-label={ru.whatIf.differences}>
      <div className="panel-head">
        <h2>{ru.whatIf.differences}</h2>
        <Segmented
          value={kind}
          options={kinds.map((each) => ({ value: each, label: `${ru.whatIf.kinds[each]} ${counts[each]}` }))}
          onChange={(value) => {
            setKind(value);
            setPage(1);
          }}
        />
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : null}
      {!found && !error ? <Skeleton of="table" /> : null}
      {found?.total === 0 ? <p className="muted">{ru.whatIf.none[kind]}</p> : null}
      {found?.rows.length ? <Rows rows={found.rows} /> : null}
      {found && found.listed > PAGE ? (
        <Pagination size="small" current={page} pageSize={PAGE} total={found.listed} showSizeChanger={false} onChange={setPage} />
      ) : null}
      {found && found.listed < found.total ? <p className="muted">{ru.whatIf.listedOnly(found.listed, found.total)}</p> : null}
    </section>
  );
}

function Rows({ rows }: { rows: Row[] }) {
  const time = usePlantTime();
  return (
    <table className="what-if-table">
      <thead>
        <tr>
          <th>{ru.list.time}</th>
          <th>{ru.list.camera}</th>
          <th>{ru.list.score}</th>
          <th>{ru.whatIf.verdict}</th>
          <th>{ru.whatIf.reviewed}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>
              {row.incident ? (
                <Link to={`/incidents/${row.incident.id}`}>{time.dateTime(row.openedAt)}</Link>
              ) : (
                <span title={ru.whatIf.notInHistory}>{time.dateTime(row.openedAt)}</span>
              )}
            </td>
            <td>{row.camera?.name ?? ""}</td>
            <td>{sides(row.scoreBefore, row.scoreAfter, percent)}</td>
            <td>
              <Verdicts before={row.verdictBefore} after={row.verdictAfter} />
            </td>
            <td>{row.reviewed ? <VerdictChip verdict={row.reviewed} /> : <span className="muted">–</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function sides<T>(before: T | null, after: T | null, words: (value: T) => string): string {
  const both = before !== null && after !== null && before !== after;
  return both ? `${words(before)} → ${words(after)}` : words((before ?? after) as T);
}

function Verdicts({ before, after }: { before: Verdict | null; after: Verdict | null }) {
  return (
    <span className="what-if-verdicts">
      {before ? <VerdictChip verdict={before} /> : <span className="muted">{ru.whatIf.absent}</span>}
      <span aria-hidden="true">→</span>
      {after ? <VerdictChip verdict={after} /> : <span className="muted">{ru.whatIf.absent}</span>}
    </span>
  );
}
