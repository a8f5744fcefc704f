import { Select } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { isArchive } from "../components/ArchiveNotice";
import { Nothing } from "../components/Nothing";
import { Passages, Visits } from "../components/Stays";
import { Trouble } from "../components/Trouble";
import { useCameras } from "../components/useCameras";
import { useLast } from "../components/useLast";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { WatchStrip } from "../components/WatchStrip";
import { type CameraViewFragment, CoverageDocument } from "../gql/documents";
import { ru } from "../locale/ru";

const PERIOD_MS = 60_000;

/** How the cameras were watched, and what was seen that is no incident. */
export default function Ledger() {
  const { cameras, error, reload } = useCameras();
  const [chosen, choose] = useState<string[]>([]);
  useTitle(ru.ledger.title);
  const shown = cameras?.filter((camera) => !chosen.length || chosen.includes(camera.id));
  return (
    <div className="ledger">
      <div className="page-head">
        <h1>{ru.ledger.title}</h1>
        <span className="muted">{ru.ledger.hint}</span>
        <Select
          mode="multiple"
          allowClear
          maxTagCount="responsive"
          className="filter-wide ledger-cameras"
          aria-label={ru.list.camera}
          placeholder={ru.list.anyCamera}
          options={(cameras ?? []).map((camera) => ({ value: camera.id, label: camera.name }))}
          value={chosen}
          onChange={choose}
          showSearch={{ optionFilterProp: "label" }}
        />
      </div>
      {error ? <Trouble code={error} onRetry={reload} /> : null}
      {cameras === null && !error ? <Skeleton of="table" /> : null}
      {cameras?.length === 0 ? <Nothing text={ru.cameras.empty} /> : null}
      {shown ? (
        <>
          <Legend />
          <div className="watches" role="list" aria-label={ru.ledger.coverage}>
            {shown.filter((camera) => !isArchive(camera)).map((camera) => (
              <div key={camera.id} role="listitem">
                <Watch camera={camera} />
              </div>
            ))}
          </div>
          <Visits key={`visits ${chosen.join()}`} cameras={chosen} />
          <Passages key={`passages ${chosen.join()}`} cameras={chosen} />
        </>
      ) : null}
    </div>
  );
}

function Watch({ camera }: { camera: CameraViewFragment }) {
  const [{ data, error }, again] = useQuery({ query: CoverageDocument, variables: { cameraId: camera.id } });
  const coverage = useLast(data?.coverage);
  const reload = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  useEffect(() => {
    const timer = setInterval(reload, PERIOD_MS);
    return () => clearInterval(timer);
  }, [reload]);
  if (!coverage) {
    return error ? <Trouble code={codeOf(error)} onRetry={reload} /> : <Skeleton of="strip" />;
  }
  return <WatchStrip camera={camera} coverage={coverage} />;
}

function Legend() {
  return (
    <ul className="watch-legend muted">
      {Object.entries(ru.watchState).map(([state, text]) => (
        <li key={state} className={`legend-${state.toLowerCase()}`}>
          {text}
        </li>
      ))}
    </ul>
  );
}
