import { useRef } from "react";
import { useQuery, useSubscription } from "urql";
import { FramesDocument, type FramesSubscription, type MachinesQuery, MachinesDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { useReadAgain } from "./useReadAgain";

type Machine = MachinesQuery["cameras"][number]["machines"][number];
type Track = FramesSubscription["frames"]["tracks"][number];
interface Look {
  track: Track;
  at: number;
}

const words = ru.machines;
const PERIOD_MS = 5_000;
/** A machine is looked at twice a second; what was seen longer ago says nothing of now. */
const STALE_MS = 6_000;

/** The machines before a camera: what each of them was taught, and how it looks now. Nothing where there is none. */
export function Machines({ cameraId }: { cameraId: string }) {
  const [{ data }, again] = useQuery({ query: MachinesDocument });
  const machines = data?.cameras.find(({ id }) => id === cameraId)?.machines ?? [];
  const looks = useRef(new Map<number, Look>());
  const pause = !machines.length;
  useSubscription({ query: FramesDocument, variables: { cameraId }, pause }, (_, told) => {
    for (const track of told.frames.tracks) {
      if (track.objectClass === "MACHINE") {
        looks.current.set(track.trackId, { track, at: Date.now() });
      }
    }
    return told;
  });
  useReadAgain(again, PERIOD_MS, !pause);
  if (!machines.length) {
    return null;
  }
  return (
    <section className="panel" aria-label={words.title}>
      <div className="panel-head">
        <h2>{words.title}</h2>
      </div>
      <ul className="plain">
        {machines.map((machine) => (
          <li key={machine.zone.id}>
            <b>{machine.zone.name}</b>
            <span>
              {words.now}: {lookOf(looks.current.get(machine.trackId))}
            </span>
            <Taught machine={machine} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Taught({ machine }: { machine: Machine }) {
  if (!machine.isKnown) {
    return <span className="muted">{words.unknown}</span>;
  }
  if (!machine.states.length) {
    return (
      <span className="muted" title={words.untaughtHint}>
        {words.untaught}
      </span>
    );
  }
  const aspects = [...new Set(machine.states.map(({ aspect }) => aspect))];
  return (
    <span className="muted" title={words.examplesHint}>
      {words.taught}: {aspects.map((aspect) => aspectOf(machine, aspect)).join("; ")}
    </span>
  );
}

function aspectOf(machine: Machine, aspect: string): string {
  const states = machine.states.filter((each) => each.aspect === aspect);
  const told = states.map(({ state, examples }) => words.examples(words.state[state] ?? state, examples));
  return `${words.aspect[aspect] ?? aspect} – ${told.join(", ")}`;
}

function lookOf(look: Look | undefined): string {
  if (!look || Date.now() - look.at > STALE_MS) {
    return words.silent;
  }
  const { attributes } = look.track;
  const told = attributes.filter(({ present, absent }) => present + absent > 0);
  if (!told.length) {
    return words.cannotTell;
  }
  const states = told.flatMap(({ attribute, present, absent }) =>
    present > absent ? [ru.passport.attribute[attribute]] : absenceOf(attribute),
  );
  return states.join(", ") || words.cannotTell;
}

/** Of lamps only the one that shines is named. */
function absenceOf(attribute: Track["attributes"][number]["attribute"]): string[] {
  return attribute === "GUARD_OPEN" ? [words.guardClosed] : attribute === "RUNNING" ? [words.stopped] : [];
}
