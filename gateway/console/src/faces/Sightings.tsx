import { Button, DatePicker, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { Link } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { percent } from "../components/format";
import { Heads } from "../components/Heads";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useReadAgain } from "../components/useReadAgain";
import { Skeleton } from "../components/Waiting";
import { type FaceMatchesQuery, FaceMatchesDocument, type FaceMatchFilter, FaceModuleDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { momentOf, wallTime } from "../state/plantMoment";
import { nameOf } from "./person";

const words = ru.faces;
const NOBODY = "nobody";
const PERIOD_MS = 15_000;
const HEADS = [words.time, words.person, words.camera, words.score, words.zones, words.incidents, words.track];

type Match = FaceMatchesQuery["faceMatches"]["edges"][number]["node"];

/** Whose faces were known, newest first. */
export function Sightings({ cameras }: { cameras: string[] }) {
  const [person, choose] = useState<string | null>(null);
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [{ data }] = useQuery({ query: FaceModuleDocument });
  const persons = (data?.facePersons ?? []).map((each) => ({ value: each.id, label: nameOf(each) }));
  const filter: FaceMatchFilter = {
    cameraIds: cameras.length ? cameras : null,
    personIds: person && person !== NOBODY ? [person] : null,
    known: person === NOBODY ? false : null,
    from,
    to,
  };
  return (
    <>
      <div className="filters" role="search">
        <Select
          allowClear
          className="filter-wide"
          aria-label={words.person}
          placeholder={words.anyone}
          options={[{ value: NOBODY, label: words.nobody }, ...persons]}
          value={person}
          onChange={(value: string | undefined) => choose(value ?? null)}
          showSearch={{ optionFilterProp: "label" }}
        />
        <Period
          from={from}
          to={to}
          change={(first, last) => {
            setFrom(first);
            setTo(last);
          }}
        />
      </div>
      <Pages key={JSON.stringify(filter)} filter={filter} filtered={Boolean(cameras.length || person || from || to)} />
    </>
  );
}

/** By the plant's clocks. */
function Period({ from, to, change }: { from: string | null; to: string | null; change: (from: string | null, to: string | null) => void }) {
  const { zone } = usePlantTime();
  const wall = (iso: string | null) => (iso ? dayjs(wallTime(iso, zone)) : null);
  const moment = (day: Dayjs | null | undefined) => (day ? momentOf(day.format("YYYY-MM-DDTHH:mm:ss"), zone) : null);
  return (
    <DatePicker.RangePicker
      showTime={{ format: "HH:mm" }}
      format="DD.MM.YYYY HH:mm"
      allowEmpty={[true, true]}
      value={[wall(from), wall(to)]}
      aria-label={words.anyTime}
      onChange={(range) => change(moment(range?.[0]), moment(range?.[1]))}
    />
  );
}

function Pages({ filter, filtered }: { filter: FaceMatchFilter; filtered: boolean }) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  return cursors.map((after, i) => (
    <Page
      key={after ?? "newest"}
      filter={filter}
      after={after}
      filtered={filtered}
      onMore={i === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : null}
    />
  ));
}

interface PageProps {
  filter: FaceMatchFilter;
  after: string | null;
  filtered: boolean;
  /** null: another page follows this one already */
  onMore: ((next: string) => void) | null;
}

function Page({ filter, after, filtered, onMore }: PageProps) {
  const [{ data, error }, again] = useQuery({ query: FaceMatchesDocument, variables: { filter, after } });
  const newest = after === null;
  useReadAgain(again, PERIOD_MS, newest);
  if (!data) {
    return error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : <Skeleton of="table" />;
  }
  const { edges, pageInfo } = data.faceMatches;
  if (!edges.length) {
    return newest ? <Nothing text={filtered ? words.emptyFiltered : words.empty} /> : null;
  }
  const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  return (
    <>
      <table className="grid" aria-label={words.tabs.seen}>
        {newest ? <Heads names={HEADS} /> : null}
        <tbody>
          {edges.map(({ node }) => (
            <Row key={node.id} match={node} />
          ))}
        </tbody>
      </table>
      {next && onMore ? (
        <div className="rows-end">
          <Button type="text" onClick={() => onMore(next)}>
            {words.more}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function Row({ match }: { match: Match }) {
  const time = usePlantTime();
  const known = match.personId !== null || match.login !== null;
  return (
    <tr>
      <td>{time.dateTime(match.at)}</td>
      <td>{known ? <b>{nameOf(match)}</b> : <span className="muted">{words.unknown}</span>}</td>
      <td>{match.camera ? <Link to={`/cameras/${match.camera.id}`}>{match.camera.name}</Link> : null}</td>
      <td>{percent(match.score)}</td>
      <td>
        {match.visits.map((each) => (
          <div key={each.id}>
            {words.stay(each.zone?.name ?? each.zoneId, time.time(each.enteredAt), time.time(each.leftAt))}
          </div>
        ))}
      </td>
      <td>
        {match.incidents.map((each) => (
          <div key={each.id}>
            <Link to={`/incidents/${each.id}`}>{ru.kindShort[each.kind]}</Link>
          </div>
        ))}
      </td>
      <td className="muted grid-id">{match.trackId}</td>
    </tr>
  );
}
