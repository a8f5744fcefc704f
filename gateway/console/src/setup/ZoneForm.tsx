import { Button, Input, type InputRef, Popconfirm } from "antd";
import { useEffect, useRef } from "react";
import { ru } from "../locale/ru";
import { Choice } from "./CameraFields";
import { type Drawing, faultOf, isChanged, lineTurned, wholePicture, withLine } from "./drawing";
import { Field, Refusal } from "./Field";
import type { Refused } from "./refusals";
import { useUnsaved } from "./useUnsaved";

const words = ru.setup;

interface Props {
  drawing: Drawing;
  stored: Drawing;
  /** names of the rules that use it */
  rules: string[];
  busy: boolean;
  refused: Refused | null;
  onChange: (drawing: Drawing) => void;
  onSave: () => void;
  onRetire: () => void;
  onGiveUp: () => void;
  /** after somebody else's change */
  onReload: () => void;
}

/** What a zone is called and what it is, while it is drawn on the picture. */
export function ZoneForm({ drawing, stored, rules, busy, refused, onChange, onSave, onRetire, onGiveUp, onReload }: Props) {
  const name = useRef<InputRef>(null);
  const fault = faultOf(drawing);
  const { closed, line, gate } = drawing;
  const isNamed = drawing.name !== "";
  const isUnsaved = isChanged(drawing, stored);
  useUnsaved(isUnsaved);
  useEffect(() => {
    if (closed && !isNamed) {
      name.current?.focus();
    }
  }, [closed, isNamed]);
  return (
    <form
      className="panel zone-form-panel"
      aria-label={words.editing}
      onSubmit={(event) => {
        event.preventDefault();
        if (!fault) {
          onSave();
        }
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          onGiveUp();
        }
      }}
    >
      <div className="panel-head">
        <h2>{drawing.zoneId === null ? words.newZone : stored.name}</h2>
        <Button size="small" onClick={() => onChange(closed ? { ...drawing, points: [], closed: false } : wholePicture(drawing))}>
          {closed ? words.again : words.whole}
        </Button>
      </div>
      <p className="muted">
        {closed ? words.hintClosed : words.hintOpen} {words.hintEscape}
      </p>
      <Field label={words.zoneName} name="name" refused={refused}>
        <Input
          ref={name}
          aria-label={words.zoneName}
          placeholder={words.zoneNamePlaceholder}
          maxLength={200}
          value={drawing.name}
          onChange={(event) => onChange({ ...drawing, name: event.target.value })}
        />
      </Field>
      <Choice label={words.gate} hint={words.gateHint} value={gate} onChange={(wanted) => onChange(asGate(drawing, wanted))} />
      <Choice
        label={words.line}
        hint={words.lineHint}
        value={line !== null}
        isBlocked={!closed}
        onChange={(wanted) => onChange(withLine(drawing, wanted))}
      />
      {line ? (
        <Button size="small" className="zone-turn" onClick={() => onChange(lineTurned(drawing))}>
          {words.turn}
        </Button>
      ) : null}
      {fault ? (
        <p className={fault === "crossing" ? "zone-fault zone-fault-bad" : "zone-fault"} role="status">
          {words.faults[fault]}
        </p>
      ) : null}
      <Refusal refused={refused} shown={["name"]} onReload={onReload} />
      <div className="setup-buttons">
        <Button type="primary" htmlType="submit" loading={busy} disabled={fault !== null || !isUnsaved}>
          {words.save}
        </Button>
        <Button onClick={onGiveUp}>{words.cancel}</Button>
        {drawing.zoneId !== null ? (
          <Popconfirm
            title={words.retireZoneAsk}
            description={words.retireZoneHint}
            okText={words.retire}
            cancelText={words.cancel}
            onConfirm={onRetire}
          >
            <Button type="text" danger disabled={busy || rules.length > 0}>
              {words.retireZone}
            </Button>
          </Popconfirm>
        ) : null}
      </div>
      {rules.length ? <p className="muted">{words.zoneInUse(rules.join(", "))}</p> : null}
    </form>
  );
}

/** Passages need to know which way is in: a gate gets a line as soon as it has a form. */
function asGate(drawing: Drawing, gate: boolean): Drawing {
  return gate && drawing.closed ? withLine({ ...drawing, gate }, true) : { ...drawing, gate };
}
