import { LockOutlined, UnlockOutlined } from "@ant-design/icons";
import { Alert, Button, Input, type InputRef, Modal } from "antd";
import { useRef, useState } from "react";
import { type IncidentDetailsFragment, LockEvidenceDocument, UnlockEvidenceDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { useCommands } from "./useCommands";

interface Props {
  incident: IncidentDetailsFragment;
  onChanged: () => void;
}

/** Has photo and clip kept whatever their age, or lets them age again; asks why. */
export function Custody({ incident, onChanged }: Props) {
  const { busy, problem, send } = useCommands(onChanged);
  const [asking, setAsking] = useState(false);
  const { id, locked } = incident;
  const pictures = incident.evidence.filter((file) => file.kind !== "DETECTIONS");
  const nothingLeft = pictures.length > 0 && pictures.every((file) => file.expiredAt);
  const submit = async (reason: string) => {
    const done = locked
      ? await send(UnlockEvidenceDocument, { id, reason }, ru.custody.unlocked)
      : await send(LockEvidenceDocument, { id, reason }, ru.custody.locked);
    setAsking(!done);
  };
  return (
    <section className="panel custody" aria-label={ru.custody.title}>
      <div className="panel-head">
        <h2>{ru.custody.title}</h2>
        <Button
          icon={locked ? <UnlockOutlined /> : <LockOutlined />}
          disabled={busy || (nothingLeft && !locked)}
          onClick={() => setAsking(true)}
        >
          {locked ? ru.custody.unlock : ru.custody.lock}
        </Button>
      </div>
      <p className={locked ? "custody-locked" : "muted"}>
        {locked ? ru.custody.isLocked : nothingLeft ? ru.custody.isGone : ru.custody.isNot}
      </p>
      {problem ? <Alert type="error" showIcon title={sentence(problem)} role="alert" className="review-problem" /> : null}
      <Why open={asking} busy={busy} locked={locked} onCancel={() => setAsking(false)} onSubmit={(r) => void submit(r)} />
    </section>
  );
}

interface WhyProps {
  open: boolean;
  busy: boolean;
  locked: boolean;
  onCancel: () => void;
  onSubmit: (reason: string) => void;
}

function Why({ open, busy, locked, onCancel, onSubmit }: WhyProps) {
  const [reason, setReason] = useState("");
  const input = useRef<InputRef>(null);
  const submit = () => reason.trim() && onSubmit(reason);
  return (
    <Modal
      open={open}
      title={locked ? ru.custody.unlock : ru.custody.lock}
      okText={locked ? ru.custody.unlock : ru.custody.lock}
      cancelText={ru.review.cancel}
      okButtonProps={{ disabled: !reason.trim(), loading: busy }}
      onOk={submit}
      onCancel={onCancel}
      afterOpenChange={(shown) => (shown ? input.current?.focus() : setReason(""))}
      width={480}
    >
      <label className="reason">
        <span>{ru.review.reasonLabel}</span>
        <Input
          ref={input}
          aria-label={ru.review.reasonLabel}
          placeholder={locked ? ru.custody.unlockPlaceholder : ru.custody.lockPlaceholder}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onPressEnter={submit}
        />
      </label>
      <p className="muted">{locked ? ru.custody.unlockHint : ru.custody.lockHint}</p>
    </Modal>
  );
}
