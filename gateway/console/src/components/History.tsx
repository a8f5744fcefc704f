import type { IncidentDetailsFragment } from "../gql/documents";
import { missed } from "../locale/missed";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { percent, size } from "./format";

type Entry = IncidentDetailsFragment["history"][number];

const PERSONS = new Set([
  "incident.violation_confirmed.v1",
  "incident.marked_false_positive.v1",
  "incident.review_reopened.v1",
  "incident.commented.v1",
  "incident.evidence_locked.v1",
  "incident.evidence_unlocked.v1",
]);

/** The incident's events, newest first, in words. */
export function History({ incident }: { incident: IncidentDetailsFragment }) {
  const time = usePlantTime();
  const entries = [...incident.history].reverse();
  return (
    <section className="panel" aria-label={ru.incident.history}>
      <div className="panel-head">
        <h2>{ru.incident.history}</h2>
      </div>
      <ol className="history">
        {entries.map((entry) => (
          <li key={entry.version} className={PERSONS.has(entry.name) ? "history-person" : ""}>
            <time dateTime={entry.at} title={time.dateTime(entry.at)}>
              {time.time(entry.at)}
            </time>
            <div>
              <span>{sentenceOf(entry)}</span>
              {PERSONS.has(entry.name) ? <span className="history-by">{entry.by}</span> : null}
              {wordsOf(entry) ? <q>{wordsOf(entry)}</q> : null}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** An event in words: what happened, to which file, with which score. */
export function sentenceOf({ name, detail }: Pick<Entry, "name" | "detail">): string {
  const words = ru.history[name] ?? name;
  const score = detail["score"];
  if (typeof score === "number") {
    return `${words}: ${percent(score)}`;
  }
  const kind = detail["kind"];
  if (name.startsWith("incident.evidence_") && typeof kind === "string") {
    const file = ru.evidenceKind[kind.toUpperCase() as keyof typeof ru.evidenceKind] ?? kind;
    const cause = detail["cause"];
    if (typeof cause === "string") {
      return `${words}: ${file.toLowerCase()}, ${ru.expiryCause[cause] ?? cause}`;
    }
    const bytes = detail["size_bytes"];
    return `${words}: ${file.toLowerCase()}${typeof bytes === "number" ? `, ${size(bytes)}` : ""}`;
  }
  return words;
}

function wordsOf({ name, detail }: Entry): string | null {
  const words = detail["text"] ?? detail["reason"];
  return typeof words !== "string" ? null : name === "incident.evidence_missed.v1" ? missed(words) : words;
}
