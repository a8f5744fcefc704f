import { Alert, Button, Input, Select } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useQuery } from "urql";
import { type CameraViewFragment, RecordingsDocument, StartRecordingDocument, StopRecordingDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { useCommands } from "./useCommands";
import { useReadAgain } from "./useReadAgain";

const MINUTES = [1, 5, 10, 15, 30];
const LOOK_AGAIN_MS = 5_000;
const words = ru.recordings;

/** Records the camera on demand: for how long at most, and why; what goes on can be stopped. */
export function RecordPanel({ camera }: { camera: CameraViewFragment }) {
  const time = usePlantTime();
  const [{ data, error }, again] = useQuery({
    query: RecordingsDocument,
    variables: { cameraIds: [camera.id], first: 5 },
    requestPolicy: "cache-and-network",
  });
  const reload = () => again({ requestPolicy: "network-only" });
  const { busy, problem, send } = useCommands(reload);
  const [minutes, setMinutes] = useState(5);
  const [reason, setReason] = useState("");
  const going = data?.recordings.edges.map(({ node }) => node).filter(({ state }) => state === "RECORDING") ?? [];
  const isGoing = going.length > 0;
  useReadAgain(again, LOOK_AGAIN_MS, isGoing);
  if (error && !data) {
    return null;
  }
  const start = async () => {
    if (await send(StartRecordingDocument, { cameraId: camera.id, minutes, reason }, words.started)) {
      setReason("");
    }
  };
  return (
    <section className="panel record" aria-label={words.title}>
      <div className="panel-head">
        <h2>{words.title}</h2>
        <Link to={`/recordings?camera=${camera.id}`}>{words.all}</Link>
      </div>
      {going.map((each) => (
        <p key={each.id} className="record-going" role="status">
          <span className="record-dot" aria-hidden /> {words.state.RECORDING}, {words.until(time.time(each.endsAt))}
          <Button
            size="small"
            danger
            disabled={busy}
            onClick={() => void send(StopRecordingDocument, { id: each.id }, words.stopped)}
          >
            {words.stop}
          </Button>
        </p>
      ))}
      <div className="record-ask">
        <Select
          aria-label={words.minutes}
          value={minutes}
          onChange={setMinutes}
          options={MINUTES.map((value) => ({ value, label: words.minutesOf(value) }))}
        />
        <Input
          aria-label={words.reason}
          placeholder={words.reasonPlaceholder}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onPressEnter={() => void (reason.trim() && start())}
        />
        <Button disabled={busy || !reason.trim()} onClick={() => void start()}>
          {words.start}
        </Button>
      </div>
      <p className="muted record-hint">{words.before}</p>
      {problem ? <Alert type="error" showIcon title={sentence(problem)} role="alert" className="review-problem" /> : null}
    </section>
  );
}
