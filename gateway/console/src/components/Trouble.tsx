import { Alert, Button } from "antd";
import { useEffect, useRef } from "react";
import { ru, sentence } from "../locale/ru";
import { useLink } from "../state/Link";

/** Asking again changes nothing about these. */
const FINAL = new Set(["not_allowed", "right_missing", "signed_out", "invalid_input"]);

interface Props {
  /** of an error or a refusal */
  code: string;
  onRetry: () => void;
}

/** What could not be read, and a way to ask again for all of it; asks by itself when the server is back. */
export function Trouble({ code, onRetry }: Props) {
  const { epoch, askAgain } = useLink();
  const seen = useRef(epoch);
  const retry = useRef(onRetry);
  retry.current = onRetry;
  useEffect(() => {
    if (seen.current !== epoch) {
      seen.current = epoch;
      retry.current();
    }
  }, [epoch]);
  const again = (
    <Button size="small" onClick={askAgain}>
      {ru.retry}
    </Button>
  );
  return (
    <Alert className="trouble" type="error" showIcon title={sentence(code)} action={FINAL.has(code) ? null : again} />
  );
}
