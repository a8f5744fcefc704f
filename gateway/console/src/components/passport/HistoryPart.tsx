import type { PassportSheetFragment } from "../../gql/documents";
import { missed } from "../../locale/missed";
import { ru } from "../../locale/ru";
import { usePlantTime } from "../../state/PlantTime";
import { sentenceOf } from "../History";
import { Section } from "./Sheet";

const words = ru.passport;
type Event = PassportSheetFragment["known"]["events"][number];

/** Every event with its place in the log, when it happened and when it was recorded; acts of persons stand out. */
export function HistoryPart({ passport }: { passport: PassportSheetFragment }) {
  const { known } = passport;
  const time = usePlantTime();
  const shown = known.eventsFrom + known.events.length;
  return (
    <Section title={words.history} aside={shown < known.eventsTotal ? words.eventsShown(shown, known.eventsTotal) : null}>
      <table className="sheet-table">
        <thead>
          <tr>
            {words.historyColumns.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {known.events.map((event) => (
            <tr key={event.position} className={event.byPerson ? "sheet-act" : ""}>
              <td>
                <code>{event.position}</code>
              </td>
              <td>{event.happenedAt ? time.precise(event.happenedAt) : words.asRecorded}</td>
              <td>{time.full(event.recordedAt)}</td>
              <td>
                {sentenceOf(event)}
                {wordsOf(event) ? <q>{wordsOf(event)}</q> : null}
              </td>
              <td>{event.by}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function wordsOf({ name, detail }: Event): string | null {
  const said = detail["text"] ?? detail["reason"] ?? detail["assignee"];
  return typeof said !== "string" ? null : name === "incident.evidence_missed.v1" ? missed(said) : said;
}
