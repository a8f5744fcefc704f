import { App } from "antd";
import type { ReactNode } from "react";
import { Link } from "react-router";
import type { IncidentDetailsFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { decimal, percent, seconds } from "./format";
import { Score } from "./Score";

/** Everything that led to the verdict. */
export function Reasons({ incident }: { incident: IncidentDetailsFragment }) {
  const time = usePlantTime();
  const { rule, zone } = incident;
  return (
    <section className="panel" aria-label={ru.incident.reasons}>
      <div className="panel-head">
        <h2>{ru.incident.reasons}</h2>
        <span className="muted">
          {incident.decidedBy ? ru.incident.decidedBy(incident.decidedBy) : ru.incident.decidedByRule}
        </span>
      </div>
      <dl className="facts">
        <Fact name={ru.incident.score}>
          <Score score={incident.score} min={rule.thresholdMin} max={rule.thresholdMax} verdict={incident.verdict} />
        </Fact>
        <Fact name={ru.incident.thresholds}>
          {ru.incident.thresholdsText(percent(rule.thresholdMin), percent(rule.thresholdMax))}
        </Fact>
        {incident.reason ? <Fact name={ru.incident.falseReason}>{incident.reason}</Fact> : null}
        <Fact name={ru.incident.rule}>
          {rule.current?.name ?? rule.id}, <span className="muted">{ru.incident.version(rule.version)}</span>
        </Fact>
        <Fact name={ru.incident.zone}>
          {zone ? zone.name : ru.incident.noZone}
          {zone && incident.zoneVersion !== null ? (
            <span className="muted">
              , {incident.zoneVersion === zone.version
                ? ru.incident.version(zone.version)
                : ru.incident.zoneRedrawn(incident.zoneVersion, zone.version)}
            </span>
          ) : null}
        </Fact>
        <Fact name={ru.incident.camera}>
          <Link to={`/cameras/${incident.cameraId}`}>{incident.camera?.name ?? incident.cameraId}</Link>
        </Fact>
        <Fact name={ru.incident.seen}>
          {time.time(incident.firstSeen)} – {time.time(incident.lastSeen)}{" "}
          <span className="muted">
            {incident.closedAt
              ? ru.incident.seenFor(decimal(seconds(incident.firstSeen, incident.lastSeen)))
              : ru.incident.ongoing}
          </span>
        </Fact>
        <Fact name={ru.incident.object}>
          {ru.objectClass[incident.objectClass]}, <span className="muted">{ru.incident.track.toLowerCase()}</span>{" "}
          <code>{incident.trackId}</code>
        </Fact>
        <Fact name={ru.incident.model}>
          {incident.modelId} <Digest value={incident.modelDigest} />
        </Fact>
        <Fact name={ru.incident.detections} hint={ru.incident.detectionsHint}>
          <code>
            {incident.detectionsFrom} … {incident.detectionsTo}
          </code>
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ name, hint, children }: { name: string; hint?: string; children: ReactNode }) {
  return (
    <div title={hint}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The beginning of a digest; a click copies all of it. */
function Digest({ value }: { value: string }) {
  const { message } = App.useApp();
  const copy = async () => {
    await navigator.clipboard?.writeText(value);
    void message.success(ru.incident.copied);
  };
  return (
    <button type="button" className="digest" title={`${ru.incident.digest}: ${value}`} onClick={() => void copy()}>
      {value.slice(0, 12)}…
    </button>
  );
}
