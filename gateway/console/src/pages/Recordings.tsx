import { DownloadOutlined, LockOutlined, PlayCircleOutlined, UnlockOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Modal, Select, Tooltip } from "antd";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { seconds, size } from "../components/format";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useCameras } from "../components/useCameras";
import { useCommands } from "../components/useCommands";
import { useReadAgain } from "../components/useReadAgain";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import {
  LockRecordingDocument,
  RecordingsDocument,
  type RecordingViewFragment,
  StopRecordingDocument,
  UnlockRecordingDocument,
} from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";

const PAGE = 25;
/** What goes on or is on its way is looked at again. */
const LOOK_AGAIN_MS = 5_000;
/** The camera's process should have delivered by then: it does not run, or the store is away. */
const LATE_MS = 60_000;
const words = ru.recordings;

/** Video recorded on demand: who wanted it and why, to be played, downloaded, stopped and locked. */
export default function Recordings() {
  const [params, setParams] = useSearchParams();
  const { cameras } = useCameras();
  const camera = params.get("camera");
  const [behind, setBehind] = useState<string[]>([]);
  const variables = { cameraIds: camera ? [camera] : null, first: PAGE, after: behind.at(-1) ?? null };
  const [{ data, error }, again] = useQuery({ query: RecordingsDocument, variables, requestPolicy: "cache-and-network" });
  const reload = () => again({ requestPolicy: "network-only" });
  const commands = useCommands(reload);
  const [played, setPlayed] = useState<RecordingViewFragment | null>(null);
  const [asked, setAsked] = useState<RecordingViewFragment | null>(null);
  useTitle(words.title);
  const rows = data?.recordings.edges.map(({ node }) => node);
  const isMoving = rows?.some(({ state }) => state === "RECORDING" || state === "STOPPING") ?? false;
  useReadAgain(again, LOOK_AGAIN_MS, isMoving);
  const next = data?.recordings.pageInfo.hasNextPage ? data.recordings.pageInfo.endCursor : null;
  const choose = (id: string | undefined) => {
    setBehind([]);
    setParams(id ? { camera: id } : {});
  };
  const lock = async (recording: RecordingViewFragment, reason: string) => {
    const document = recording.locked ? UnlockRecordingDocument : LockRecordingDocument;
    const done = recording.locked ? words.unlockDone : words.lockDone;
    if (await commands.send(document, { id: recording.id, reason }, done)) {
      setAsked(null);
    }
  };
  return (
    <div className="audit recordings">
      <div className="page-head">
        <h1>{words.title}</h1>
        <span className="muted">{words.hint}</span>
      </div>
      <div className="filters" role="search">
        <Select
          allowClear
          className="filter-wide"
          aria-label={words.camera}
          placeholder={words.anyCamera}
          value={camera}
          onChange={choose}
          options={(cameras ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        />
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={reload} /> : null}
      {commands.problem ? <Alert type="error" showIcon title={sentence(commands.problem)} role="alert" /> : null}
      {!rows && !error ? <Skeleton of="table" /> : null}
      {rows?.length === 0 ? <Nothing text={words.empty} hint={words.emptyHint} /> : null}
      {rows?.length ? (
        <table className="grid" aria-label={words.title}>
          <thead>
            <tr>
              {words.columns.map((column) => (
                <th key={column}>{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row
                key={row.id}
                recording={row}
                busy={commands.busy}
                onPlay={() => setPlayed(row)}
                onLock={() => setAsked(row)}
                onStop={() => void commands.send(StopRecordingDocument, { id: row.id }, words.stopped)}
              />
            ))}
          </tbody>
        </table>
      ) : null}
      <div className="rows-end">
        <Button type="text" disabled={!behind.length} onClick={() => setBehind(behind.slice(0, -1))}>
          {ru.ledger.newer}
        </Button>
        <Button type="text" disabled={!next} onClick={() => next && setBehind([...behind, next])}>
          {ru.ledger.older}
        </Button>
      </div>
      <Player recording={played} onClose={() => setPlayed(null)} />
      <Why recording={asked} busy={commands.busy} onCancel={() => setAsked(null)} onSubmit={(r, why) => void lock(r, why)} />
    </div>
  );
}

interface RowProps {
  recording: RecordingViewFragment;
  busy: boolean;
  onPlay: () => void;
  onLock: () => void;
  onStop: () => void;
}

function Row({ recording, busy, onPlay, onLock, onStop }: RowProps) {
  const time = usePlantTime();
  const { file, state, camera } = recording;
  const long = file ? Math.round(seconds(file.capturedFrom, file.capturedTo)) : null;
  const lockable = state !== "MISSED" && state !== "EXPIRED";
  return (
    <tr>
      <td>
        <time dateTime={recording.startedAt} title={time.full(recording.startedAt)}>
          {time.dateTime(recording.startedAt)}
        </time>
      </td>
      <td>{camera ? <Link to={`/cameras/${camera.id}`}>{camera.name}</Link> : null}</td>
      <td>{long === null ? null : words.duration(Math.floor(long / 60), long % 60)}</td>
      <td>
        {recording.askedBy}
        <span className="muted grid-detail">{recording.reason}</span>
      </td>
      <td>
        {standing(recording, time.dateTime)}
        {recording.locked ? <span className="muted grid-detail">{words.locked}</span> : null}
        {file && state === "STORED" ? <span className="muted grid-detail">{words.end_[file.end]}</span> : null}
      </td>
      <td className="recordings-tools">
        {file?.playUrl ? (
          <Button size="small" icon={<PlayCircleOutlined />} onClick={onPlay}>
            {words.play}
          </Button>
        ) : null}
        {file?.url ? (
          <Tooltip title={words.size(size(file.sizeBytes))}>
            <Button size="small" icon={<DownloadOutlined />} href={file.url} download aria-label={words.download} />
          </Tooltip>
        ) : null}
        {state === "RECORDING" ? (
          <Button size="small" danger disabled={busy} onClick={onStop}>
            {words.stop}
          </Button>
        ) : null}
        {lockable ? (
          <Tooltip title={recording.locked ? words.unlock : words.lock}>
            <Button
              size="small"
              type="text"
              disabled={busy}
              icon={recording.locked ? <UnlockOutlined /> : <LockOutlined />}
              aria-label={recording.locked ? words.unlock : words.lock}
              onClick={onLock}
            />
          </Tooltip>
        ) : null}
        {file?.url && !file.playUrl ? <span className="muted grid-detail">{words.tooLong}</span> : null}
      </td>
    </tr>
  );
}

function standing(recording: RecordingViewFragment, date: (at: string) => string): string {
  if (recording.missingReason !== null) {
    return words.missed(recording.missingReason);
  }
  if (recording.state === "RECORDING" && Date.parse(recording.endsAt) + LATE_MS < Date.now()) {
    return words.late;
  }
  return recording.expiredAt ? words.expired(date(recording.expiredAt)) : words.state[recording.state];
}

function Player({ recording, onClose }: { recording: RecordingViewFragment | null; onClose: () => void }) {
  const title = words.player(recording?.camera?.name ?? "");
  return (
    <Modal open={recording !== null} title={title} onCancel={onClose} footer={null} width={960} destroyOnHidden>
      {recording?.file?.playUrl ? (
        <div className="stage">
          <video src={recording.file.playUrl} controls autoPlay muted playsInline aria-label={title} />
        </div>
      ) : null}
    </Modal>
  );
}

interface WhyProps {
  recording: RecordingViewFragment | null;
  busy: boolean;
  onCancel: () => void;
  onSubmit: (recording: RecordingViewFragment, reason: string) => void;
}

function Why({ recording, busy, onCancel, onSubmit }: WhyProps) {
  const [reason, setReason] = useState("");
  const title = recording?.locked ? words.unlock : words.lock;
  const submit = () => recording && reason.trim() && onSubmit(recording, reason);
  return (
    <Modal
      open={recording !== null}
      title={title}
      okText={title}
      cancelText={words.cancel}
      okButtonProps={{ disabled: !reason.trim(), loading: busy }}
      onOk={submit}
      onCancel={onCancel}
      afterOpenChange={(shown) => (shown ? undefined : setReason(""))}
      width={480}
    >
      <label className="reason">
        <span>{words.lockWhy}</span>
        <Input
          aria-label={words.lockWhy}
          placeholder={recording?.locked ? words.unlockPlaceholder : words.lockPlaceholder}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onPressEnter={submit}
        />
      </label>
    </Modal>
  );
}
