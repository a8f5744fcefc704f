import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { type IncidentDetailsFragment, IncidentTrackDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { ScoreChart } from "./ScoreChart";

/** The track's score, frame by frame, against the rule's thresholds. Read again when the range has grown. */
export function ScoreOverTime({ incident }: { incident: IncidentDetailsFragment }) {
  const [{ data, error, fetching }, again] = useQuery({
    query: IncidentTrackDocument,
    variables: { id: incident.id },
  });
  const [readTo, setReadTo] = useState(incident.detectionsTo);
  useEffect(() => {
    if (incident.detectionsTo > readTo) {
      setReadTo(incident.detectionsTo);
      again({ requestPolicy: "network-only" });
    }
  }, [incident.detectionsTo, readTo, again]);
  const points = data?.incident?.id === incident.id ? data.incident.track : [];
  return (
    <section className="panel" aria-label={ru.incident.scoreOverTime}>
      <div className="panel-head">
        <h2>{ru.incident.scoreOverTime}</h2>
      </div>
      {points.length > 1 ? (
        <ScoreChart incident={incident} points={points} />
      ) : (
        <p className="muted chart-empty">
          {fetching ? ru.loading : error ? ru.incident.trackFailed : ru.incident.noTrack}
        </p>
      )}
    </section>
  );
}
