import type { PassportSheetFragment, PlantPartsFragment } from "../../gql/documents";
import { ru } from "../../locale/ru";
import { usePlantTime } from "../../state/PlantTime";
import { decimal } from "../format";
import { Fact, Section } from "./Sheet";

const words = ru.passport;

/** Camera, rule, zone and models that the decision rests on, and what became of them. */
export function GroundsPart({ passport }: { passport: PassportSheetFragment }) {
  const { known } = passport;
  const { camera, rule, zone } = known.decided;
  const time = usePlantTime();
  const later = known.then.rule && known.then.rule.version !== known.ruleVersion ? known.then.rule : null;
  const redrawn = known.then.zone && zone && known.then.zone.version !== zone.version ? known.then.zone : null;
  return (
    <Section title={words.grounds}>
      <dl className="facts">
        <Fact name={ru.incident.camera}>
          {camera ? `${camera.name}, ${words.cameraSettings(decimal(camera.targetFps), camera.analysisWidth)}` : known.cameraId}
        </Fact>
        <Fact name={ru.incident.rule}>
          {rule ? rule.name : known.ruleId}, {ru.incident.version(known.ruleVersion)}
          {rule ? <span className="muted"> {words.published(time.full(rule.recordedAt), rule.by)}</span> : null}
          {later ? <em> {words.changedSince(later.version)}</em> : null}
        </Fact>
        {rule ? (
          <>
            <Fact name={words.forWhom}>{rule.objectClasses.map((each) => ru.objectClass[each]).join(", ")}</Fact>
            <Fact name={words.windows}>
              {words.windowsText(decimal(rule.dwellS), decimal(rule.windowS), decimal(rule.gapS))}
            </Fact>
            <Fact name={words.schedule}>
              <Schedule schedule={rule.schedule} />
            </Fact>
            <Fact name={words.inForce}>
              {time.full(rule.effectiveFrom)} – {rule.retiredFrom ? time.full(rule.retiredFrom) : "…"}
            </Fact>
          </>
        ) : null}
        <Fact name={ru.incident.zone}>
          {zone ? (
            <>
              {zone.name}, {ru.incident.version(zone.version)}{" "}
              <span className="muted">{words.drawn(time.full(zone.recordedAt), zone.by)}</span>
              {redrawn ? <em> {words.changedSince(redrawn.version)}</em> : null}
              <br />
              <code>{zone.polygon.map((point) => point.map((value) => value.toFixed(3)).join("; ")).join(" → ")}</code>
            </>
          ) : (
            known.zoneId ?? ru.incident.noZone
          )}
        </Fact>
        {passport.models.map((model) => (
          <Fact key={model.id} name={ru.incident.model}>
            {model.id} <code>{model.digest}</code>
            {model.taught ? (
              <span className="muted"> {ru.teaching.taughtBy(time.full(model.taught.at), model.taught.by, model.taught.pictures)}</span>
            ) : null}
          </Fact>
        ))}
        <Fact name={ru.incident.detections}>
          <code>
            {known.detectionsFrom} … {known.detectionsTo}
          </code>{" "}
          <span className="muted">{words.source[passport.frames.source]}</span>
        </Fact>
      </dl>
    </Section>
  );
}

type Rule = NonNullable<PlantPartsFragment["rule"]>;

function Schedule({ schedule }: { schedule: Rule["schedule"] }) {
  if (!schedule) {
    return words.always;
  }
  const spans = schedule.windows.map(
    (span) => `${span.days.map((day) => words.days[day]).join(", ")} ${span.start}–${span.end}`,
  );
  return `${spans.join("; ") || words.never} (${schedule.tz})`;
}
