import { Alert, Button } from "antd";
import type { ReactNode } from "react";
import { ru } from "../locale/ru";
import type { Refused } from "./refusals";

interface Props {
  label: string;
  /** beside the label: the value in words, or that it may be left out */
  aside?: ReactNode;
  hint?: string | undefined;
  /** what was refused, when it was this */
  refused?: Refused | null;
  name?: string;
  children: ReactNode;
}

/** One line of a form: what it is, what to enter, what that means, and what the server did not like about it. */
export function Field({ label, aside, hint, refused, name, children }: Props) {
  const wrong = refused && refused.field !== null && refused.field === name ? refused.words : null;
  return (
    <div className={wrong ? "field field-wrong" : "field"} role="group" aria-label={label}>
      <span className="field-label">
        {label}
        {aside ? <span className="muted">{aside}</span> : null}
      </span>
      {children}
      {wrong ? (
        <small className="field-refused" role="alert" ref={intoView}>
          {wrong}
        </small>
      ) : null}
      {hint ? <small className="muted">{hint}</small> : null}
    </div>
  );
}

/** The button that was pressed may be far below. */
function intoView(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: "nearest" });
}

interface RefusalProps {
  refused: Refused | null;
  shown: readonly string[];
  /** puts what there is now in the form */
  onReload?: () => void;
}

/** What was refused and belongs to none of the form's fields. */
export function Refusal({ refused, shown, onReload }: RefusalProps) {
  if (!refused || (refused.field !== null && shown.includes(refused.field))) {
    return null;
  }
  const reload =
    refused.isStale && onReload ? (
      <Button size="small" onClick={onReload}>
        {ru.setup.loadNewest}
      </Button>
    ) : null;
  return <Alert type="error" showIcon title={refused.words} description={reload} role="alert" />;
}
