import { ArrowLeftOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Result, Select, Switch, Tooltip } from "antd";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { ArchiveNotice, isArchive } from "../components/ArchiveNotice";
import { CameraStream } from "../components/CameraStream";
import { CameraWarnings } from "../components/CameraWarnings";
import { Machines } from "../components/Machines";
import { RecordPanel } from "../components/RecordPanel";
import { Retention } from "../components/Retention";
import { StateLamp } from "../components/StateLamp";
import { Trouble } from "../components/Trouble";
import { useCameras } from "../components/useCameras";
import { useKeys } from "../components/useKeys";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { decimal, percent } from "../components/format";
import type { CameraViewFragment } from "../gql/documents";
import LivePicture from "../live/LivePicture";
import { type Quality, useQuality } from "../live/useQuality";
import { ru } from "../locale/ru";
import { EVERYTHING } from "../state/filter";
import { useIncidents } from "../state/Incidents";

export default function CameraPage() {
  const { id } = useParams();
  const { cameras, error, reload } = useCameras();
  const { choose } = useIncidents();
  const navigate = useNavigate();
  const [boxes, setBoxes] = useState(true);
  const [zones, setZones] = useState(true);
  const [delay, setDelay] = useState<number | null>(null);
  const camera = cameras?.find((other) => other.id === id);
  const [quality, setQuality] = useQuality(camera);
  useKeys({ Escape: () => void navigate("/cameras") });
  useTitle(camera?.name ?? ru.cameras.title);

  if (!camera) {
    if (cameras === null) {
      return error ? <Trouble code={error} onRetry={reload} /> : <Skeleton of="sheet" />;
    }
    const back = <Button onClick={() => void navigate("/cameras")}>{ru.cameras.back}</Button>;
    return <Result status="404" title={ru.cameras.notFound} extra={back} />;
  }
  const showIncidents = () => {
    choose({ ...EVERYTHING, cameras: [camera.id] });
    void navigate("/incidents");
  };
  const view = camera.liveViews.find((other) => other.quality === quality);
  const drawn = quality === "OVERLAY";
  return (
    <div className="camera">
      <div className="page-head">
        <Tooltip title={ru.cameras.back}>
          <Button
            type="text"
            icon={<ArrowLeftOutlined />}
            aria-label={ru.cameras.back}
            onClick={() => void navigate("/cameras")}
          />
        </Tooltip>
        <h1>{camera.name}</h1>
        <StateLamp camera={camera} />
        {delay !== null ? <span className="muted">{ru.cameras.delay(decimal(delay))}</span> : null}
        <Link className="page-head-end" to={`/cameras/${camera.id}/setup`}>
          <SettingOutlined aria-hidden /> {ru.setup.open}
        </Link>
      </div>
      {error ? <Trouble code={error} onRetry={reload} /> : null}
      <CameraWarnings camera={camera} hints />
      <div className="camera-body">
        {isArchive(camera) ? (
          <Archive camera={camera} />
        ) : (
          <section className="panel" aria-label={ru.cameras.live}>
            <div className="panel-head">
              <h2>{ru.cameras.live}</h2>
              <span className="media-tools">
                <Select<Quality>
                  size="small"
                  aria-label={ru.cameras.quality}
                  value={quality}
                  onChange={setQuality}
                  popupMatchSelectWidth={false}
                  options={camera.liveViews.map((each) => ({
                    value: each.quality,
                    label: ru.cameras.qualities[each.quality],
                  }))}
                />
                <label>
                  <Switch size="small" checked={boxes && !drawn} disabled={drawn} onChange={setBoxes} />{" "}
                  {ru.cameras.showBoxes}
                </label>
                <label>
                  <Switch size="small" checked={zones && !drawn} disabled={drawn} onChange={setZones} />{" "}
                  {ru.cameras.showZones}
                </label>
              </span>
            </div>
            <LivePicture
              key={camera.id}
              camera={camera}
              url={view?.url ?? camera.liveUrl}
              direct={view?.directUrl ?? null}
              boxes={boxes && !drawn}
              zones={zones && !drawn}
              onDelay={setDelay}
            />
          </section>
        )}
        <aside>
          <Button block onClick={showIncidents}>
            {ru.cameras.incidents}
          </Button>
          <Rules camera={camera} />
          <Zones camera={camera} />
          {isArchive(camera) ? null : <CameraStream key={`stream ${camera.id}`} cameraId={camera.id} />}
          {isArchive(camera) ? null : <Machines key={`machines ${camera.id}`} cameraId={camera.id} />}
          {isArchive(camera) ? null : <RecordPanel key={`record ${camera.id}`} camera={camera} />}
          <Retention key={camera.id} camera={camera} onChanged={reload} />
        </aside>
      </div>
    </div>
  );
}

function Archive({ camera }: { camera: CameraViewFragment }) {
  return (
    <section className="panel" aria-label={ru.cameras.archive}>
      <div className="panel-head">
        <h2>{ru.cameras.archive}</h2>
      </div>
      <div className="archive">
        <ArchiveNotice camera={camera} />
      </div>
    </section>
  );
}

function Rules({ camera }: { camera: CameraViewFragment }) {
  return (
    <section className="panel" aria-label={ru.cameras.rules}>
      <div className="panel-head">
        <h2>{ru.cameras.rules}</h2>
      </div>
      {camera.rules.length ? (
        <ul className="plain">
          {camera.rules.map((rule) => (
            <li key={rule.id}>
              <b>{rule.name}</b>
              <span className="muted">{ru.kind[rule.kind]}</span>
              <span className="muted">
                {ru.incident.thresholdsText(percent(rule.thresholdMin), percent(rule.thresholdMax))}
              </span>
              <Link to={`/what-if?rule=${rule.id}`} aria-label={ru.whatIf.ofRule(rule.name)}>
                {ru.whatIf.preview}
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">{ru.cameras.noRules}</p>
      )}
    </section>
  );
}

function Zones({ camera }: { camera: CameraViewFragment }) {
  return (
    <section className="panel" aria-label={ru.cameras.zones}>
      <div className="panel-head">
        <h2>{ru.cameras.zones}</h2>
      </div>
      {camera.zones.length ? (
        <ul className="plain">
          {camera.zones.map((zone) => (
            <li key={zone.id}>{zone.name}</li>
          ))}
        </ul>
      ) : (
        <p className="muted">{ru.cameras.noZones}</p>
      )}
    </section>
  );
}
