import { CheckOutlined, CloseOutlined, UndoOutlined } from "@ant-design/icons";
import { Alert, Button, Input, Tooltip } from "antd";
import { useState } from "react";
import {
  CommentDocument,
  ConfirmViolationDocument,
  type IncidentDetailsFragment,
  MarkFalsePositiveDocument,
  ReopenReviewDocument,
} from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { FalsePositiveDialogue } from "./FalsePositiveDialogue";
import { useCommands } from "./useCommands";
import { useKeys } from "./useKeys";

/** The person's verdict, and words for the others. */
export function Review({ incident, onChanged }: { incident: IncidentDetailsFragment; onChanged: () => void }) {
  const { busy, problem, send } = useCommands(onChanged);
  const [asking, setAsking] = useState(false);
  const [text, setText] = useState("");
  const { id, verdict, version, decidedBy } = incident;

  const canConfirm = verdict !== "FALSE_POSITIVE" && !(verdict === "VIOLATION" && decidedBy);
  const canMark = verdict !== "FALSE_POSITIVE";
  const canReopen = verdict !== "REVIEW";
  const stand = { id, expectedVersion: version };

  const confirm = () => canConfirm && void send(ConfirmViolationDocument, stand, ru.review.confirmed);
  const reopen = () => canReopen && void send(ReopenReviewDocument, stand, ru.review.reopened);
  const mark = async (reason: string) => {
    if (await send(MarkFalsePositiveDocument, { ...stand, reason }, ru.review.markedFalse)) {
      setAsking(false);
    }
  };
  const comment = async () => {
    if (text.trim() && (await send(CommentDocument, { id, text }, ru.review.commented))) {
      setText("");
    }
  };
  useKeys({ c: confirm, f: () => canMark && setAsking(true), r: reopen });

  return (
    <section className="panel review" aria-label={ru.list.verdict}>
      <div className="review-buttons">
        <Tooltip title="C">
          <Button type="primary" danger icon={<CheckOutlined />} disabled={!canConfirm || busy} onClick={confirm}>
            {ru.review.confirm}
          </Button>
        </Tooltip>
        <Tooltip title="F">
          <Button icon={<CloseOutlined />} disabled={!canMark || busy} onClick={() => setAsking(true)}>
            {ru.review.falsePositive}
          </Button>
        </Tooltip>
        <Tooltip title="R">
          <Button icon={<UndoOutlined />} disabled={!canReopen || busy} onClick={reopen}>
            {ru.review.reopen}
          </Button>
        </Tooltip>
      </div>
      {problem ? <Alert type="error" showIcon title={sentence(problem)} role="alert" className="review-problem" /> : null}
      <div className="review-comment">
        <Input.TextArea
          aria-label={ru.review.comment}
          placeholder={ru.review.commentPlaceholder}
          rows={1}
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && void comment()}
        />
        <Button onClick={() => void comment()} disabled={!text.trim() || busy}>
          {ru.review.commentSend}
        </Button>
      </div>
      <FalsePositiveDialogue open={asking} busy={busy} onCancel={() => setAsking(false)} onSubmit={(r) => void mark(r)} />
    </section>
  );
}
