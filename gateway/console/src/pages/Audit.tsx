import { Button, DatePicker, Input, Select, Switch } from "antd";
import type { Dayjs } from "dayjs";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useClient } from "urql";
import { codeOf } from "../api/errors";
import { percent } from "../components/format";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { AuditDocument, type AuditQuery, type AuditQueryVariables } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { momentOf } from "../state/plantMoment";

type Entry = AuditQuery["audit"]["edges"][number]["node"];
type Choice = Omit<AuditQueryVariables, "after">;

const EVERYBODY: Choice = { services: false };
const ENTITIES = Object.entries(ru.audit.entities).map(([value, label]) => ({ value, label }));
const KINDS = Object.entries({ ...ru.history, ...ru.audit.kinds }).map(([value, label]) => ({ value, label }));

/** Who did what to which thing, and when; newest first. */
export default function Audit() {
  const [choice, setChoice] = useState<Choice>(EVERYBODY);
  const { entries, hasNext, loading, error, more, again } = useAudit(choice);
  const change = (part: Partial<Choice>) => setChoice((before) => ({ ...before, ...part }));
  useTitle(ru.audit.title);
  return (
    <div className="audit">
      <div className="page-head">
        <h1>{ru.audit.title}</h1>
        <span className="muted">{ru.audit.hint}</span>
      </div>
      <Filters choice={choice} change={change} />
      {error ? <Trouble code={error} onRetry={again} /> : null}
      {entries.length ? <Table entries={entries} /> : null}
      {!entries.length && loading ? <Skeleton of="table" /> : null}
      {!entries.length && !loading && !error ? (
        <Nothing text={ru.audit.empty} hint={ru.audit.emptyHint} />
      ) : null}
      <div className="rows-end">
        {hasNext ? (
          <Button type="text" loading={loading} onClick={more}>
            {ru.list.more}
          </Button>
        ) : entries.length ? (
          <span className="muted">{ru.audit.end}</span>
        ) : null}
      </div>
    </div>
  );
}

function Filters({ choice, change }: { choice: Choice; change: (part: Partial<Choice>) => void }) {
  const { zone } = usePlantTime();
  const moment = (day: Dayjs | null | undefined) =>
    day ? momentOf(day.format("YYYY-MM-DDTHH:mm:ss"), zone) ?? day.toISOString() : null;
  return (
    <div className="filters" role="search">
      <Input.Search
        allowClear
        className="filter-wide"
        aria-label={ru.audit.actor}
        placeholder={ru.audit.anyActor}
        onSearch={(text) => change({ actor: text.trim() || null })}
      />
      <Select
        allowClear
        className="filter"
        aria-label={ru.audit.entity}
        placeholder={ru.audit.anyEntity}
        options={ENTITIES}
        value={choice.entity}
        onChange={(value: string | undefined) => change({ entity: value ?? null })}
      />
      <Input.Search
        allowClear
        className="filter-wide"
        aria-label={ru.audit.entityId}
        placeholder={ru.audit.anyEntityId}
        onSearch={(text) => change({ entityId: text.trim() || null })}
      />
      <Select
        allowClear
        className="filter-wide"
        aria-label={ru.audit.kind}
        placeholder={ru.audit.anyKind}
        options={KINDS}
        value={choice.kind}
        onChange={(value: string | undefined) => change({ kind: value ?? null })}
        showSearch={{ optionFilterProp: "label" }}
      />
      <DatePicker.RangePicker
        showTime={{ format: "HH:mm" }}
        format="DD.MM.YYYY HH:mm"
        allowEmpty={[true, true]}
        aria-label={ru.audit.period}
        onChange={(range) => change({ from: moment(range?.[0]), to: moment(range?.[1]) })}
      />
      <label className="filter-switch">
        <Switch size="small" checked={choice.services} onChange={(services) => change({ services })} />
        {ru.audit.services}
      </label>
    </div>
  );
}

function Table({ entries }: { entries: Entry[] }) {
  const time = usePlantTime();
  return (
    <table className="grid" aria-label={ru.audit.title}>
      <thead>
        <tr>
          {ru.audit.columns.map((column, i) => (
            <th key={column} className={i === ru.audit.columns.length - 1 ? "grid-number" : ""}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.position}>
            <td>
              <time dateTime={entry.at} title={time.full(entry.at)}>
                {time.dateTime(entry.at)}
              </time>
            </td>
            <td>
              <span title={entry.actorName ? entry.actor : undefined}>{entry.actorName ?? entry.actor}</span>
              {entry.service ? <span className="muted"> · {ru.audit.service}</span> : null}
            </td>
            <td>
              {ru.audit.kinds[entry.kind] ?? ru.history[entry.kind] ?? entry.kind}
              <span className="muted grid-detail" title={meantIn(entry)}>
                {detailOf(entry)}
              </span>
            </td>
            <td>
              <Thing entry={entry} />
            </td>
            <td className="grid-number muted">{entry.position}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Thing({ entry }: { entry: Entry }) {
  const words = ru.audit.entities[entry.entity] ?? entry.entity;
  const person = entry.entity === "user" ? entry.persons.find(({ id }) => entry.entityId.startsWith(id)) : undefined;
  const id = person ? <span title={entry.entityId}>{person.name}</span> : <span className="grid-id">{entry.entityId}</span>;
  return (
    <>
      {words} {entry.entity === "incident" ? <Link to={`/incidents/${entry.entityId}`}>{id}</Link> : id}
    </>
  );
}

/** The fields that say most, in words. */
function detailOf({ detail, entityId, persons }: Entry): string {
  const names = new Map(persons.map(({ id, name }) => [id, name]));
  return Object.entries(ru.audit.fields)
    .map(([field, label]) => [field, label, detail[field]] as const)
    .filter(([, , value]) => (typeof value === "string" || typeof value === "number") && value !== entityId)
    .map(([field, label, value]) => `${label}: ${field === "score" ? percent(Number(value)) : names.get(String(value)) ?? worded(value)}`)
    .join(" · ");
}

/** The identifiers behind the names. */
function meantIn({ persons }: Entry): string | undefined {
  return persons.length ? persons.map(({ id, login, name }) => `${name}: ${login}, ${id}`).join("; ") : undefined;
}

function worded(value: unknown): string {
  return ru.audit.values[String(value)] ?? String(value);
}

/** Pages of the audit that fit the choice; a new choice begins anew. */
function useAudit(choice: Choice) {
  const client = useClient();
  const [entries, setEntries] = useState<Entry[]>([]);
  const [after, setAfter] = useState<string | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const [error, setError] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    setEntries([]);
    setAfter(null);
  }, [choice]);
  useEffect(() => {
    let wanted = true;
    setLoading(true);
    void client
      .query(AuditDocument, { ...choice, after })
      .toPromise()
      .then(({ data, error: failed }) => {
        if (!wanted) {
          return;
        }
        const page = data?.audit;
        if (page) {
          setEntries((before) => [...(after ? before : []), ...page.edges.map(({ node }) => node)]);
          setNext(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null);
        }
        setError(failed ? codeOf(failed) : null);
        setLoading(false);
      });
    return () => {
      wanted = false;
    };
  }, [client, choice, after, attempt]);
  return { entries, hasNext: next !== null, loading, error, more: () => setAfter(next), again: () => setAttempt((n) => n + 1) };
}
