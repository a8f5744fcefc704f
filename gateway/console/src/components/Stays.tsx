import { Button } from "antd";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import {
  type VehiclePassagesQuery,
  VehiclePassagesDocument,
  type ZoneVisitsQuery,
  ZoneVisitsDocument,
} from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { percent, seconds } from "./format";
import { Heads } from "./Heads";
import { Nothing } from "./Nothing";
import { Trouble } from "./Trouble";
import { Skeleton } from "./Waiting";

type Visit = ZoneVisitsQuery["zoneVisits"]["edges"][number]["node"];
type Passage = VehiclePassagesQuery["vehiclePassages"]["edges"][number]["node"];

interface Pages {
  /** cursors of the pages before this one; the newest page has none */
  behind: string[];
  show: (behind: string[]) => void;
}

/** Who was in which zone, newest entry first. */
export function Visits({ cameras }: { cameras: string[] }) {
  const [behind, show] = useState<string[]>([]);
  const variables = { filter: { cameraIds: cameras.length ? cameras : null }, after: behind.at(-1) ?? null };
  const [{ data, error }, again] = useQuery({ query: ZoneVisitsDocument, variables });
  return (
    <Stays
      title={ru.ledger.visits}
      empty={ru.ledger.noVisits}
      last={ru.ledger.track}
      rows={data?.zoneVisits.edges.map(({ node }) => ({ ...node, word: String(node.trackId) }))}
      next={data?.zoneVisits.pageInfo.hasNextPage ? data.zoneVisits.pageInfo.endCursor : null}
      pages={{ behind, show }}
      error={error ? codeOf(error) : null}
      onRetry={() => again({ requestPolicy: "network-only" })}
    />
  );
}

/** Vehicles through gates, newest entry first. */
export function Passages({ cameras }: { cameras: string[] }) {
  const [behind, show] = useState<string[]>([]);
  const variables = { filter: { cameraIds: cameras.length ? cameras : null }, after: behind.at(-1) ?? null };
  const [{ data, error }, again] = useQuery({ query: VehiclePassagesDocument, variables });
  return (
    <Stays
      title={ru.ledger.passages}
      empty={ru.ledger.noPassages}
      last={ru.ledger.direction}
      rows={data?.vehiclePassages.edges.map(({ node }) => ({ ...node, word: directionOf(node) }))}
      next={data?.vehiclePassages.pageInfo.hasNextPage ? data.vehiclePassages.pageInfo.endCursor : null}
      pages={{ behind, show }}
      error={error ? codeOf(error) : null}
      onRetry={() => again({ requestPolicy: "network-only" })}
    />
  );
}

function directionOf(passage: Passage): string {
  return passage.direction ? ru.direction[passage.direction] : ru.ledger.noDirection;
}

interface Props {
  title: string;
  empty: string;
  /** heading of the last column */
  last: string;
  rows: ((Visit | Passage) & { word: string })[] | undefined;
  next: string | null;
  pages: Pages;
  error: string | null;
  onRetry: () => void;
}

function Stays({ title, empty, last, rows, next, pages, error, onRetry }: Props) {
  const time = usePlantTime();
  return (
    <section className="panel stays" aria-label={title}>
      <div className="panel-head">
        <h2>{title}</h2>
        <Turning next={next} {...pages} />
      </div>
      {error ? <Trouble code={error} onRetry={onRetry} /> : null}
      {!rows && !error ? <Skeleton of="table" /> : null}
      {rows?.length === 0 ? <Nothing text={empty} /> : null}
      {rows?.length ? (
        <table>
          <Heads
            names={[ru.ledger.entered, ru.ledger.left, ru.ledger.stayed, ru.ledger.object, ru.ledger.zone, ru.ledger.camera, ru.ledger.score, last]}
          />
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <td>{time.dateTime(row.enteredAt)}</td>
                <td>{time.time(row.leftAt)}</td>
                <td>{ru.ledger.duration(seconds(row.enteredAt, row.leftAt))}</td>
                <td>{ru.objectClass[row.objectClass]}</td>
                <td>{row.zone?.name ?? row.zoneId}</td>
                <td>{cameraOf(row)}</td>
                <td>{percent(row.maxScore)}</td>
                <td>{row.word}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}

function cameraOf({ camera }: Visit | Passage): ReactNode {
  return camera ? <Link to={`/cameras/${camera.id}`}>{camera.name}</Link> : null;
}

function Turning({ next, behind, show }: Pages & { next: string | null }) {
  return (
    <span className="stays-turning">
      <Button size="small" type="text" disabled={!behind.length} onClick={() => show(behind.slice(0, -1))}>
        {ru.ledger.newer}
      </Button>
      <Button size="small" type="text" disabled={!next} onClick={() => next && show([...behind, next])}>
        {ru.ledger.older}
      </Button>
    </span>
  );
}
