import { memo, useState } from "react";
import type { IncidentSummaryFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { Score } from "./Score";
import { toneOf, VerdictChip } from "./VerdictChip";

interface Props {
  row: IncidentSummaryFragment;
  selected: boolean;
  fresh: boolean;
  onOpen: (id: string) => void;
}

export const IncidentRow = memo(function IncidentRow({ row, selected, fresh, onOpen }: Props) {
  const time = usePlantTime();
  const camera = row.camera?.name ?? row.cameraId;
  const classes = ["row", `row-${toneOf(row.verdict, row.kind)}`, selected ? "row-selected" : "", fresh ? "row-fresh" : ""];
  return (
    <div role="listitem" className="row-item">
      <a
        className={classes.filter(Boolean).join(" ")}
        href={`/incidents/${row.id}`}
        data-id={row.id}
        aria-current={selected ? "true" : undefined}
        aria-label={ru.list.open(ru.kind[row.kind], camera, time.dateTime(row.openedAt))}
        onClick={(event) => {
          if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault();
            onOpen(row.id);
          }
        }}
      >
        <Thumbnail row={row} />
        <span className="row-what">
          <b>{ru.kind[row.kind]}</b>
          <span className="muted">
            {ru.objectClass[row.objectClass]}
            {row.episode && row.episode !== row.id ? ` · ${ru.list.sameAlarm}` : null}
          </span>
        </span>
        <span className="row-where">
          <span>{camera}</span>
          <span className="muted">{row.zone?.name ?? ru.incident.noZone}</span>
        </span>
        <span className="row-verdict">
          <VerdictChip verdict={row.verdict} kind={row.kind} />
          {row.decidedBy ? <span className="muted row-by">{ru.list.decidedBy(row.decidedBy)}</span> : null}
        </span>
        <Score score={row.score} min={row.rule.thresholdMin} max={row.rule.thresholdMax} verdict={row.verdict} />
        <span className="row-time">
          <time dateTime={row.openedAt}>{time.time(row.openedAt)}</time>
          <span className="muted">{row.closedAt ? time.date(row.openedAt) : <Ongoing />}</span>
        </span>
      </a>
    </div>
  );
});

function Ongoing() {
  return <span className="ongoing">{ru.list.ongoing}</span>;
}

function Thumbnail({ row }: { row: IncidentSummaryFragment }) {
  const [broken, setBroken] = useState<string | null>(null);
  const photo = row.evidence.find((file) => file.kind === "PHOTO");
  const url = photo?.url;
  if (url && url !== broken) {
    return <img className="thumb" src={url} alt="" loading="lazy" decoding="async" onError={() => setBroken(url)} />;
  }
  if (url) {
    return <span className="thumb thumb-empty">{ru.list.photoUnreadable}</span>;
  }
  const text = photo?.expiredAt ? ru.list.photoExpired : photo?.missingReason ? ru.list.photoMissing : ru.list.photoPending;
  return <span className="thumb thumb-empty">{text}</span>;
}
