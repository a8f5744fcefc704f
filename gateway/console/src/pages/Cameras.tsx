import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useCallback, useState } from "react";
import { Link } from "react-router";
import { ArchiveNotice, isArchive } from "../components/ArchiveNotice";
import { CameraWarnings } from "../components/CameraWarnings";
import { Nothing } from "../components/Nothing";
import { StateLamp } from "../components/StateLamp";
import { Trouble } from "../components/Trouble";
import { useCameras } from "../components/useCameras";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import type { CameraViewFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { ConnectCamera } from "../setup/ConnectCamera";
import { useMay } from "../state/Rights";

const LivePicture = lazy(() => import("../live/LivePicture"));

export default function Cameras() {
  const { cameras, error, reload } = useCameras();
  const [isConnecting, setConnecting] = useState(false);
  const mayConnect = useMay("CONFIGURE_CAMERAS");
  useTitle(ru.cameras.title);
  return (
    <div className="cameras">
      <div className="page-head">
        <h1>{ru.cameras.title}</h1>
        <span className="muted">{cameras?.length ?? null}</span>
        {mayConnect ? (
          <Button type="primary" className="page-head-end" icon={<PlusOutlined />} onClick={() => setConnecting(true)}>
            {ru.setup.connect}
          </Button>
        ) : null}
      </div>
      {error ? <Trouble code={error} onRetry={reload} /> : null}
      {cameras === null && !error ? <Skeleton of="tiles" /> : null}
      {cameras?.length === 0 ? (
        <Nothing text={ru.cameras.empty} hint={ru.cameras.emptyHint} />
      ) : null}
      {isConnecting ? (
        <ConnectCamera cameras={cameras ?? []} onClose={() => setConnecting(false)} onChanged={reload} />
      ) : null}
      <div className="tiles" role="list" aria-label={ru.cameras.title}>
        {cameras?.map((camera) => (
          <div key={camera.id} role="listitem">
            <Tile camera={camera} />
          </div>
        ))}
      </div>
    </div>
  );
}

function Tile({ camera }: { camera: CameraViewFragment }) {
  const [visible, watch] = useVisible();
  return (
    <Link className="tile panel" to={`/cameras/${camera.id}`} aria-label={ru.cameras.open(camera.name)} ref={watch}>
      <div className="tile-picture">
        {isArchive(camera) ? (
          <ArchiveNotice camera={camera} />
        ) : visible && camera.state !== "OFFLINE" ? (
          <Suspense fallback={null}>
            <LivePicture camera={camera} boxes zones words={false} />
          </Suspense>
        ) : (
          <div className="live-notice">{visible ? ru.cameraState[camera.state] : null}</div>
        )}
      </div>
      <div className="tile-text">
        <b>{camera.name}</b>
        <StateLamp camera={camera} />
        <span className="muted tile-rules">
          {camera.rules.map((rule) => ru.kindShort[rule.kind]).join(" · ") || ru.cameras.noRules}
        </span>
        <CameraWarnings camera={camera} />
      </div>
    </Link>
  );
}

/** Only pictures that can be seen are played. */
function useVisible(): [boolean, (element: HTMLElement | null) => (() => void) | undefined] {
  const [visible, setVisible] = useState(false);
  const watch = useCallback((element: HTMLElement | null) => {
    if (!element) {
      return undefined;
    }
    const observer = new IntersectionObserver(([entry]) => setVisible(entry?.isIntersecting ?? false));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [visible, watch];
}
