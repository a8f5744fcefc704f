import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button, Result, Tooltip } from "antd";
import { useCallback } from "react";
import { useNavigate, useParams } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Trouble } from "../components/Trouble";
import { useLast } from "../components/useLast";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { CameraSetupsDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { CameraSettings } from "../setup/CameraSettings";
import { Rules } from "../setup/Rules";
import { Zones } from "../setup/Zones";
import { Teaching } from "../teaching/Teaching";
import { useMay } from "../state/Rights";

/** Where a camera's zones are drawn, its rules written and its connection changed (R33, R53, R69, R72). */
export default function CameraSetup() {
  const { id } = useParams();
  const [{ data, error }, again] = useQuery({ query: CameraSetupsDocument });
  const cameras = useLast(data?.cameras);
  const reload = useCallback(() => again({ requestPolicy: "network-only" }), [again]);
  const navigate = useNavigate();
  const mayConfigure = useMay("CONFIGURE_CAMERAS");
  const mayPublish = useMay("PUBLISH_RULES");
  const camera = cameras?.find((other) => other.id === id);
  const mayDraw = mayConfigure && camera?.source !== null; // the address is shown to who may configure this very camera
  const leave = () => void navigate(`/cameras/${id}`);
  useTitle(camera ? ru.setup.title(camera.name) : ru.cameras.title);

  if (!camera) {
    if (cameras === null) {
      return error ? <Trouble code={codeOf(error)} onRetry={reload} /> : <Skeleton of="sheet" />;
    }
    const back = <Button onClick={() => void navigate("/cameras")}>{ru.cameras.back}</Button>;
    return <Result status="404" title={ru.cameras.notFound} extra={back} />;
  }
  return (
    <div className="setup">
      <div className="page-head">
        <Tooltip title={ru.setup.back}>
          <Button type="text" icon={<ArrowLeftOutlined />} aria-label={ru.setup.back} onClick={leave} />
        </Tooltip>
        <h1>{ru.setup.title(camera.name)}</h1>
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={reload} /> : null}
      {mayDraw || mayPublish ? null : <p className="muted setup-note">{ru.setup.notAllowed}</p>}
      <Zones camera={camera} mayChange={mayDraw} onChanged={reload} />
      <Rules camera={camera} mayChange={mayPublish} mayConfigure={mayDraw} onChanged={reload} />
      {mayDraw ? <Teaching camera={camera} /> : null}
      {mayDraw ? (
        <CameraSettings key={camera.id} camera={camera} onChanged={reload} onRetired={() => void navigate("/cameras")} />
      ) : null}
    </div>
  );
}
