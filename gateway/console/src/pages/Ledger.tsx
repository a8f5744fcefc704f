import { Alert, Empty, Select } from "antd";
import { useEffect, useState } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Passages, Visits } from "../components/Stays";
import { useCameras } from "../components/useCameras";
import { Waiting } from "../components/Waiting";
import { WatchStrip } from "../components/WatchStrip";
import { type CameraViewFragment, CoverageDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";

const PERIOD_MS = 60_000;

/** How the cameras were watched, and what was seen that is no incident. */
export default function Ledger() {
  const { cameras, error } = useCameras();
  const [chosen, choose] = useState<string[]>([]);
  useEffect(() => {
    document.title = `${ru.ledger.title} · ${ru.product}`;
  }, []);
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
      {error ? <Alert type="error" showIcon title={sentence(error)} /> : null}
      {cameras === null && !error ? <Waiting /> : null}
      {cameras?.length === 0 ? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={ru.cameras.empty} /> : null}
      <Legend />
      <div className="watches" role="list" aria-label={ru.ledger.coverage}>
        {shown?.map((camera) => (
          <div key={camera.id} role="listitem">
            <Watch camera={camera} />
          </div>
        ))}
      </div>
      <Visits key={`visits ${chosen.join()}`} cameras={chosen} />
      <Passages key={`passages ${chosen.join()}`} cameras={chosen} />
    </div>
  );
}

function Watch({ camera }: { camera: CameraViewFragment }) {
  const [{ data, error }, again] = useQuery({ query: CoverageDocument, variables: { cameraId: camera.id } });
  useEffect(() => {
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), PERIOD_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (error) {
    return <Alert type="error" showIcon title={sentence(codeOf(error))} />;
  }
  return data ? <WatchStrip camera={camera} coverage={data.coverage} /> : <Waiting />;
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
