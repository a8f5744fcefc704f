import { Alert, Button, InputNumber } from "antd";
import { useEffect, useState } from "react";
import { type CameraViewFragment, SetRetentionDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { useCommands } from "./useCommands";

const LONGEST_DAYS = 3660;

interface Props {
  camera: CameraViewFragment;
  onChanged: () => void;
}

/** How long the camera's photos and clips are kept: days of its own, or the plant's usual time. */
export function Retention({ camera, onChanged }: Props) {
  const { busy, problem, send } = useCommands(onChanged);
  const [days, setDays] = useState<number | null>(camera.retentionDays);
  useEffect(() => setDays(camera.retentionDays), [camera.retentionDays]);
  const choose = (chosen: number | null) =>
    void send(SetRetentionDocument, { cameraId: camera.id, days: chosen }, ru.retention.saved);
  return (
    <section className="panel" aria-label={ru.retention.title}>
      <div className="panel-head">
        <h2>{ru.retention.title}</h2>
        <span className="muted">{camera.retentionDays ? ru.retention.own(camera.retentionDays) : ru.retention.usual}</span>
      </div>
      <div className="retention">
        <InputNumber
          aria-label={ru.retention.days}
          min={1}
          max={LONGEST_DAYS}
          precision={0}
          placeholder={ru.retention.days}
          value={days}
          onChange={setDays}
        />
        <Button disabled={busy || days === null || days === camera.retentionDays} onClick={() => choose(days)}>
          {ru.retention.save}
        </Button>
        <Button type="text" disabled={busy || camera.retentionDays === null} onClick={() => choose(null)}>
          {ru.retention.makeUsual}
        </Button>
      </div>
      {problem ? <Alert type="error" showIcon title={sentence(problem)} role="alert" className="review-problem" /> : null}
    </section>
  );
}
