import { Button, Input, type InputRef, Modal } from "antd";
import { useRef, useState } from "react";
import { ru } from "../locale/ru";

interface Props {
  open: boolean;
  busy: boolean;
  onCancel: () => void;
  onSubmit: (reason: string) => void;
}

/** Asks why: one of the usual reasons, or words of one's own. */
export function FalsePositiveDialogue({ open, busy, onCancel, onSubmit }: Props) {
  const [reason, setReason] = useState("");
  const input = useRef<InputRef>(null);
  const submit = () => reason.trim() && onSubmit(reason);
  return (
    <Modal
      open={open}
      title={ru.review.reasonTitle}
      okText={ru.review.reasonSubmit}
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
          placeholder={ru.review.reasonPlaceholder}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onPressEnter={submit}
        />
      </label>
      <div className="reason-choices">
        {ru.review.reasons.map((text) => (
          <Button key={text} size="small" onClick={() => setReason(text)}>
            {text}
          </Button>
        ))}
      </div>
      <p className="muted">{ru.review.reasonHint}</p>
    </Modal>
  );
}
