import type { PassportSheetFragment } from "../../gql/documents";
import { ru } from "../../locale/ru";
import { usePlantTime } from "../../state/PlantTime";
import { decimal, exactPercent, seconds } from "../format";
import { VerdictChip } from "../VerdictChip";
import { Fact, Section } from "./Sheet";

const words = ru.passport;

/** What was decided, by what rule, and by whom. */
export function VerdictPart({ passport }: { passport: PassportSheetFragment }) {
  const { known } = passport;
  const time = usePlantTime();
  return (
    <Section
      title={words.verdict}
      aside={known.decidedBy ? ru.incident.decidedBy(known.decidedBy) : ru.incident.decidedByRule}
    >
      <dl className="facts">
        <Fact name={words.verdict}>
          <VerdictChip verdict={known.verdict} kind={known.kind} />
        </Fact>
        {known.reason ? <Fact name={ru.incident.falseReason}>{known.reason}</Fact> : null}
        <Fact name={words.score}>
          {exactPercent(known.score)}, {words.byRule} {ru.verdict[known.ruleVerdict].toLowerCase()}
        </Fact>
        <Fact name={words.verdictRule}>
          {words.verdictRuleText(exactPercent(known.thresholdMin), exactPercent(known.thresholdMax))}
        </Fact>
        <Fact name={words.object}>
          {ru.objectClass[known.objectClass]}, {ru.incident.track.toLowerCase()} <code>{known.trackId}</code>
        </Fact>
        <Fact name={ru.incident.seen}>
          {time.full(known.firstSeen)} – {time.full(known.lastSeen)}{" "}
          <span className="muted">
            {known.closedAt
              ? ru.incident.seenFor(decimal(seconds(known.firstSeen, known.lastSeen)))
              : ru.incident.ongoing}
          </span>
        </Fact>
        <Fact name={words.decidingFrame}>
          {time.full(known.openedAt)}, {words.openingScore(exactPercent(known.openingScore))}
        </Fact>
        <Fact name={words.becameKnown}>{time.full(known.becameKnownAt)}</Fact>
        {known.assignee ? <Fact name={words.assignee}>{known.assignee}</Fact> : null}
      </dl>
    </Section>
  );
}
