import { Button, Input, Select } from "antd";
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
import { type Direction, GatePassagesDocument, type VehiclePassageFilter } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { type GatePassage, PassagePicture, PlateView } from "./PlateView";

const words = ru.vehicles;
const DIRECTIONS = Object.entries(ru.direction).map(([value, label]) => ({ value: value as Direction, label }));
const PLATES = [
  { value: "yes", label: words.withPlate },
  { value: "no", label: words.withoutPlate },
];
const PERIOD_MS = 15_000;
const HEADS = [words.time, words.direction, words.vehicle, words.number, words.region, words.score, words.camera, words.gate, words.photo];

/** The register of vehicles: who came and went, newest first. */
export function Passages({ cameras }: { cameras: string[] }) {
  const [direction, setDirection] = useState<Direction | null>(null);
  const [plated, setPlated] = useState<string | null>(null);
  const [part, setPart] = useState("");
  const filtered = Boolean(direction || plated || part || cameras.length);
  const filter: VehiclePassageFilter = {
    cameraIds: cameras.length ? cameras : null,
    directions: direction ? [direction] : null,
    plate: part || null,
    plateRead: plated === null ? null : plated === "yes",
  };
  return (
    <>
      <div className="filters" role="search">
        <Input.Search
          allowClear
          className="filter"
          aria-label={words.search}
          placeholder={words.searchHint}
          maxLength={12}
          onSearch={(text) => setPart(text.trim())}
        />
        <Select
          allowClear
          className="filter"
          aria-label={words.direction}
          placeholder={words.anyDirection}
          options={DIRECTIONS}
          value={direction}
          onChange={(value: Direction | undefined) => setDirection(value ?? null)}
        />
        <Select
          allowClear
          className="filter"
          aria-label={words.plates}
          placeholder={words.anyPlate}
          options={PLATES}
          value={plated}
          onChange={(value: string | undefined) => setPlated(value ?? null)}
        />
      </div>
      <Pages key={JSON.stringify(filter)} filter={filter} filtered={filtered} />
    </>
  );
}

function Pages({ filter, filtered }: { filter: VehiclePassageFilter; filtered: boolean }) {
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const [opened, open] = useState<GatePassage | null>(null);
  return (
    <>
      {cursors.map((after, i) => (
        <Page
          key={after ?? "newest"}
          filter={filter}
          after={after}
          filtered={filtered}
          onOpen={open}
          onMore={i === cursors.length - 1 ? (next) => setCursors([...cursors, next]) : null}
        />
      ))}
      {opened ? <PassagePicture passage={opened} onClose={() => open(null)} /> : null}
    </>
  );
}

interface PageProps {
  filter: VehiclePassageFilter;
  after: string | null;
  filtered: boolean;
  onOpen: (passage: GatePassage) => void;
  /** null: another page follows this one already */
  onMore: ((next: string) => void) | null;
}

function Page({ filter, after, filtered, onOpen, onMore }: PageProps) {
  const [{ data, error }, again] = useQuery({ query: GatePassagesDocument, variables: { filter, after } });
  const newest = after === null;
  useReadAgain(again, PERIOD_MS, newest);
  if (!data) {
    return error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : <Skeleton of="table" />;
  }
  const { edges, pageInfo } = data.vehiclePassages;
  if (!edges.length) {
    return newest ? <Nothing text={filtered ? words.emptyFiltered : words.empty} /> : null;
  }
  const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  return (
    <>
      <table className="grid" aria-label={words.tabs.passages}>
        {newest ? <Heads names={HEADS} /> : null}
        <tbody>
          {edges.map(({ node }) => (
            <Row key={node.id} passage={node} onOpen={onOpen} />
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

function Row({ passage, onOpen }: { passage: GatePassage; onOpen: (passage: GatePassage) => void }) {
  const time = usePlantTime();
  return (
    <tr>
      <td>{time.dateTime(passage.enteredAt)}</td>
      <td>{passage.direction ? ru.direction[passage.direction] : ru.ledger.noDirection}</td>
      <td>{ru.objectClass[passage.objectClass]}</td>
      <td>
        <PlateView passage={passage} />
      </td>
      <td>{passage.plate?.region ?? ""}</td>
      <td>{passage.plate ? percent(passage.plate.score) : ""}</td>
      <td>{passage.camera ? <Link to={`/cameras/${passage.camera.id}`}>{passage.camera.name}</Link> : null}</td>
      <td>{passage.zone?.name ?? passage.zoneId}</td>
      <td>
        {passage.plate ? (
          <Button size="small" type="text" onClick={() => onOpen(passage)}>
            {words.show}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}
