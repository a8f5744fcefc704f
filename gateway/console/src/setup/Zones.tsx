import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { type CameraSetupFragment, DrawZoneDocument, RetireZoneDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { type Drawing, drawingOf, NEW_ZONE } from "./drawing";
import { Ground } from "./Ground";
import { useSetup } from "./useSetup";
import { ZoneCanvas } from "./ZoneCanvas";
import { ZoneForm } from "./ZoneForm";

const words = ru.setup;

interface Props {
  camera: CameraSetupFragment;
  mayChange: boolean;
  onChanged: () => void;
}

/** The camera's picture with its zones; one at a time can be drawn. */
export function Zones({ camera, mayChange, onChanged }: Props) {
  const { busy, refused, send, forget } = useSetup(onChanged);
  const [drawing, setDrawing] = useState<Drawing | null>(null);
  const stored = camera.zones.find(({ id }) => id === drawing?.zoneId);
  const rules = camera.rules.filter(({ zoneId }) => zoneId !== null && zoneId === drawing?.zoneId);
  const choose = (id: string) => {
    const zone = camera.zones.find((each) => each.id === id);
    setDrawing(zone ? drawingOf(zone) : null);
    forget();
  };
  const giveUp = () => {
    setDrawing(null);
    forget();
  };
  const reload = (zoneId: string) => {
    onChanged();
    choose(zoneId);
  };
  const save = async (done: Drawing) => {
    const { zoneId, version: expectedVersion, points, gate, line } = done;
    const input = { zoneId, expectedVersion, cameraId: camera.id, name: done.name.trim(), polygon: points, gate, line };
    if (await send(DrawZoneDocument, { input }, words.zoneSaved)) {
      giveUp();
    }
  };
  const retire = async (zoneId: string) => {
    if (await send(RetireZoneDocument, { zoneId }, words.zoneRetired)) {
      giveUp();
    }
  };
  return (
    <div className="setup-zones">
      <section className="panel" aria-label={words.picture}>
        <Ground url={camera.stillUrl} name={camera.name}>
          {(aspect) => (
            <ZoneCanvas
              aspect={aspect}
              zones={camera.zones}
              drawing={drawing}
              onDraw={setDrawing}
              onChoose={mayChange ? choose : null}
              onGiveUp={giveUp}
            />
          )}
        </Ground>
      </section>
      <aside>
        {drawing ? (
          <ZoneForm
            key={drawing.zoneId ?? "new"}
            drawing={drawing}
            stored={stored ? drawingOf(stored) : NEW_ZONE}
            rules={rules.map(({ name }) => name)}
            busy={busy}
            refused={refused}
            onChange={setDrawing}
            onSave={() => void save(drawing)}
            onRetire={() => drawing.zoneId !== null && void retire(drawing.zoneId)}
            onGiveUp={giveUp}
            onReload={() => drawing.zoneId !== null && reload(drawing.zoneId)}
          />
        ) : (
          <ZoneList
            zones={camera.zones}
            onChoose={mayChange ? choose : null}
            onNew={mayChange ? () => setDrawing(NEW_ZONE) : null}
          />
        )}
      </aside>
    </div>
  );
}

interface ListProps {
  zones: CameraSetupFragment["zones"];
  onChoose: ((id: string) => void) | null;
  onNew: (() => void) | null;
}

function ZoneList({ zones, onChoose, onNew }: ListProps) {
  return (
    <section className="panel" aria-label={words.zones}>
      <div className="panel-head">
        <h2>{words.zones}</h2>
        {onNew ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={onNew}>
            {words.newZone}
          </Button>
        ) : null}
      </div>
      {zones.length ? (
        <ul className="setup-list">
          {zones.map((zone) => (
            <li key={zone.id}>
              <button type="button" disabled={!onChoose} onClick={() => onChoose?.(zone.id)} aria-label={words.edit(zone.name)}>
                <b>{zone.name}</b>
                <span className="muted">
                  {[words.drawn(zone.polygon.length), zone.gate ? words.isGate : "", zone.line ? words.hasLine : ""]
                    .filter(Boolean)
                    .join(", ")}
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="muted">{words.noZones}</p>
      )}
    </section>
  );
}
