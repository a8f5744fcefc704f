import { Checkbox, InputNumber, Segmented } from "antd";
import type { Direction } from "../gql/documents";
import { ru } from "../locale/ru";
import { Choice } from "./CameraFields";
import { Field } from "./Field";
import type { Refused } from "./refusals";
import { CLASSES, LAMPS, type RuleDraft, type Usual, usesOf } from "./rule";

const words = ru.setup;
const DIRECTIONS = Object.entries(words.directions).map(([value, label]) => ({ value: value as Direction, label }));

interface Props {
  draft: RuleDraft;
  usual: Usual;
  onChange: (part: Partial<RuleDraft>) => void;
  refused: Refused | null;
}

/** What only some kinds of rule say. */
export function RuleOptions({ draft, usual, onChange, refused }: Props) {
  const uses = usesOf(usual, draft);
  return (
    <>
      {uses.classes ? (
        <Field label={words.objectClasses} name="objectClasses" refused={refused}>
          <Checkbox.Group
            value={draft.objectClasses}
            onChange={(objectClasses) => onChange({ objectClasses })}
            options={CLASSES.map((value) => ({ value, label: ru.objectClass[value] }))}
          />
        </Field>
      ) : null}
      {uses.forbidden ? (
        <Field label={words.forbidden} name="forbidden" refused={refused}>
          <Segmented<Direction>
            aria-label={words.forbidden}
            value={draft.forbidden ?? "OUT"}
            onChange={(forbidden) => onChange({ forbidden })}
            options={DIRECTIONS}
          />
        </Field>
      ) : null}
      {uses.lamps ? (
        <Field label={words.forbiddenLamps} name="forbiddenLamps" refused={refused}>
          <Checkbox.Group
            value={draft.forbiddenLamps}
            onChange={(forbiddenLamps) => onChange({ forbiddenLamps })}
            options={LAMPS.map((value) => ({ value, label: words.lamps[value] }))}
          />
        </Field>
      ) : null}
      {uses.near ? (
        <Field label={words.near} name="near" refused={refused} hint={words.nearHint[usual.kind]}>
          <InputNumber<number>
            aria-label={words.near}
            min={0}
            max={20}
            step={0.5}
            decimalSeparator=","
            value={draft.near}
            onChange={(near) => near !== null && onChange({ near })}
          />
        </Field>
      ) : null}
      {uses.gate ? (
        <Choice label={words.atGateLabel} hint={words.atGateHint} value={draft.atGate} onChange={(atGate) => onChange({ atGate })} />
      ) : null}
      {uses.height ? (
        <Field label={words.minPersonHeight} name="minPersonHeight" refused={refused} hint={words.minPersonHeightHint}>
          <InputNumber<number>
            aria-label={words.minPersonHeight}
            min={0}
            max={99}
            decimalSeparator=","
            suffix="%"
            value={Math.round(draft.minPersonHeight * 1000) / 10}
            onChange={(percents) => percents !== null && onChange({ minPersonHeight: percents / 100 })}
          />
        </Field>
      ) : null}
    </>
  );
}
