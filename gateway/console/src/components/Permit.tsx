import { ClockCircleOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Modal, Popconfirm } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { type IncidentDetailsFragment, PermitObjectDocument, RenewReferenceDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { momentOf, wallTime } from "../state/plantMoment";
import { useCommands } from "./useCommands";

interface Props {
  incident: IncidentDetailsFragment;
  onChanged: () => void;
}

/** A left object may stand there: until a time, or for good. Nothing for incidents of another kind. */
export function Permit({ incident, onChanged }: Props) {
  const { busy, problem, send } = useCommands(onChanged);
  const [asking, setAsking] = useState(false);
  const { id } = incident;
  if (incident.kind !== "LEFT_OBJECT") {
    return null;
  }
  const permit = async (until: string, note: string) => {
    setAsking(!(await send(PermitObjectDocument, { id, until, note }, ru.permit.permitted)));
  };
  return (
    <section className="panel custody" aria-label={ru.permit.title}>
      <div className="panel-head">
        <h2>{ru.permit.title}</h2>
        <Button icon={<ClockCircleOutlined />} disabled={busy} onClick={() => setAsking(true)}>
          {ru.permit.open}
        </Button>
      </div>
      <p className="muted">{ru.permit.hint}</p>
      <p>
        <Popconfirm
          title={ru.permit.renewAsk}
          okText={ru.permit.renew}
          cancelText={ru.review.cancel}
          onConfirm={() => void send(RenewReferenceDocument, { id }, ru.permit.renewed)}
        >
          <Button disabled={busy}>{ru.permit.renew}</Button>
        </Popconfirm>
      </p>
      {problem ? <Alert type="error" showIcon title={sentence(problem)} role="alert" className="review-problem" /> : null}
      {asking ? <Until busy={busy} onCancel={() => setAsking(false)} onSubmit={(u, n) => void permit(u, n)} /> : null}
    </section>
  );
}

interface UntilProps {
  busy: boolean;
  onCancel: () => void;
  onSubmit: (until: string, note: string) => void;
}

function Until({ busy, onCancel, onSubmit }: UntilProps) {
  const { zone } = usePlantTime();
  const [wall, setWall] = useState(() => wallTime(dayjs().add(1, "day").toDate(), zone).slice(0, 16));
  const [note, setNote] = useState("");
  const until = momentOf(wall, zone);
  const fits = until !== null && dayjs(until).isAfter(dayjs()) && dayjs(until).isBefore(dayjs().add(365, "day"));
  return (
    <Modal
      open
      title={ru.permit.open}
      okText={ru.permit.submit}
      cancelText={ru.review.cancel}
      okButtonProps={{ disabled: !fits, loading: busy }}
      onOk={() => until && fits && onSubmit(until, note)}
      onCancel={onCancel}
      width={480}
    >
      <label className="reason">
        <span>{ru.permit.until}</span>
        <Input
          type="datetime-local"
          aria-label={ru.permit.until}
          status={fits ? undefined : "error"}
          value={wall}
          onChange={(event) => setWall(event.target.value)}
        />
      </label>
      {fits ? null : <p className="muted">{ru.permit.untilMissing}</p>}
      <label className="reason">
        <span>{ru.permit.note}</span>
        <Input
          aria-label={ru.permit.note}
          placeholder={ru.permit.notePlaceholder}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      <p className="muted">{ru.permit.later}</p>
    </Modal>
  );
}
