import { InputNumber } from "antd";
import { ru } from "../locale/ru";
import { Field } from "./Field";
import type { Refused } from "./refusals";
import type { RuleDraft } from "./rule";

const words = ru.setup;

const TIMES = [
  { name: "dwellS", min: 0, max: 86_400, label: words.dwellS, hint: words.dwellHint },
  { name: "windowS", min: 1, max: 3600, label: words.windowS, hint: words.windowHint },
  { name: "gapS", min: 0.1, max: 3600, label: words.gapS, hint: words.gapHint },
] as const;

interface Props {
  draft: RuleDraft;
  onChange: (part: Partial<RuleDraft>) => void;
  refused: Refused | null;
}

/** What a kind's times mean, where the usual words say too little. */
function hintsOf({ kind, atGate }: RuleDraft): Partial<Record<(typeof TIMES)[number]["name"], string | undefined>> {
  const { dwellHintOf, gapHintOf, gateDwellHint } = ru.ruleWords;
  return kind ? { dwellS: atGate ? gateDwellHint : dwellHintOf[kind], gapS: gapHintOf[kind] } : {};
}

/** How long, over what span, and after which pause anew. */
export function TimesFields({ draft, onChange, refused }: Props) {
  const hints = hintsOf(draft);
  return (
    <div className="field-row">
      {TIMES.map(({ name, min, max, label, hint }) => (
        <Field key={name} label={label} name={name} refused={refused} hint={hints[name] ?? hint}>
          <InputNumber<number>
            aria-label={label}
            min={min}
            max={max}
            decimalSeparator=","
            suffix={words.second}
            value={draft[name]}
            onChange={(value) => value !== null && onChange({ [name]: value })}
          />
        </Field>
      ))}
    </div>
  );
}
