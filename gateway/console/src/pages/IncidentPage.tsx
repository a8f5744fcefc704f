import { ArrowLeftOutlined, DownOutlined, FileProtectOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Result, Tooltip } from "antd";
import { useCallback, useEffect, useRef } from "react";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Custody } from "../components/Custody";
import { History } from "../components/History";
import { MediaViewer } from "../components/MediaViewer";
import { Reasons } from "../components/Reasons";
import { Permit } from "../components/Permit";
import { Review } from "../components/Review";
import { ScoreOverTime } from "../components/ScoreOverTime";
import { Trouble } from "../components/Trouble";
import { useKeys } from "../components/useKeys";
import { useLast } from "../components/useLast";
import { useTitle } from "../components/useTitle";
import { VerdictChip } from "../components/VerdictChip";
import { Skeleton } from "../components/Waiting";
import { IncidentDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { useIncidents } from "../state/Incidents";
import { usePlantTime } from "../state/PlantTime";

export default function IncidentPage() {
  const { id = "" } = useParams();
  const { changed } = useIncidents();
  const [{ data, error, stale, fetching }, again] = useQuery({ query: IncidentDocument, variables: { id } });
  const time = usePlantTime();
  const navigate = useNavigate();
  const { previous, next } = useNeighbours(id);

  const last = useLast(data?.incident);
  const incident = last?.id === id ? last : null;
  const newest = changed.get(id) ?? 0;
  const reload = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  useEffect(() => {
    if (newest > (incident?.position ?? Number.POSITIVE_INFINITY)) {
      reload();
    }
  }, [newest, incident?.position, reload]);
  useTitle(incident ? ru.kind[incident.kind] : ru.list.title);

  const { state } = useLocation() as { state: { from?: string } | null };
  const leave = () => void navigate(state?.from ?? "/incidents");
  const go = (to: string | null) => to && void navigate(`/incidents/${to}`, { replace: true, state });
  useKeys({ j: () => go(next), k: () => go(previous), Escape: leave });

  if (!incident) {
    if (fetching || stale || (data?.incident && !error)) {
      return <Skeleton of="sheet" />;
    }
    const back = <Button onClick={leave}>{ru.incident.back}</Button>;
    return error ? (
      <Trouble code={codeOf(error)} onRetry={reload} />
    ) : (
      <Result status="404" title={ru.incident.notFound} subTitle={ru.incident.notFoundHint} extra={back} />
    );
  }
  return (
    <article className="incident" aria-label={ru.kind[incident.kind]}>
      <div className="page-head incident-head">
        <Tooltip title={ru.incident.back}>
          <Button type="text" icon={<ArrowLeftOutlined />} aria-label={ru.incident.back} onClick={leave} />
        </Tooltip>
        <h1>{ru.kind[incident.kind]}</h1>
        <VerdictChip verdict={incident.verdict} kind={incident.kind} />
        <span className="muted">
          {incident.camera?.name ?? incident.cameraId} · {time.dateTime(incident.openedAt)}
        </span>
        {incident.episode && incident.episode !== incident.id ? (
          <Link to={`/incidents/${incident.episode}`}>{ru.incident.sameAlarm}</Link>
        ) : null}
        <span className="incident-steps">
          <Button icon={<FileProtectOutlined />} onClick={() => void navigate(`/incidents/${incident.id}/passport`)}>
            {ru.passport.open}
          </Button>
          <Step label={ru.incident.previous} hotkey="K" icon={<UpOutlined />} to={previous} go={go} />
          <Step label={ru.incident.next} hotkey="J" icon={<DownOutlined />} to={next} go={go} />
        </span>
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={reload} /> : null}
      <div className="incident-body">
        <div className="incident-seen">
          <MediaViewer key={incident.id} incident={incident} />
          <ScoreOverTime incident={incident} />
        </div>
        <aside className="incident-known">
          <Review key={incident.id} incident={incident} onChanged={reload} />
          <Permit key={`${incident.id} permit`} incident={incident} onChanged={reload} />
          <Custody key={`${incident.id} custody`} incident={incident} onChanged={reload} />
          <Reasons incident={incident} />
          <History incident={incident} />
        </aside>
      </div>
    </article>
  );
}

interface StepProps {
  label: string;
  hotkey: string;
  icon: React.ReactNode;
  to: string | null;
  go: (to: string | null) => void;
}

function Step({ label, hotkey, icon, to, go }: StepProps) {
  return (
    <Tooltip title={`${label} (${hotkey})`}>
      <Button type="text" icon={icon} aria-label={label} disabled={!to} onClick={() => go(to)} />
    </Tooltip>
  );
}

/** Neighbours in the list as it was when the person came: a decided incident may leave the list, its place stays. */
function useNeighbours(id: string): { previous: string | null; next: string | null } {
  const { rows } = useIncidents();
  const order = useRef<string[]>([]);
  if (!order.current.includes(id) || order.current.length < 2) {
    order.current = rows.map((row) => row.id);
  }
  const at = order.current.indexOf(id);
  if (at < 0) {
    return { previous: null, next: order.current[0] ?? null };
  }
  return { previous: order.current[at - 1] ?? null, next: order.current[at + 1] ?? null };
}
