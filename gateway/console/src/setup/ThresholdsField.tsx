import { Slider } from "antd";
import { percent } from "../components/format";
import { ru } from "../locale/ru";
import { Field } from "./Field";
import type { Refused } from "./refusals";

const words = ru.setup;

interface Props {
  min: number;
  max: number;
  onChange: (min: number, max: number) => void;
  refused: Refused | null;
}

/** Both thresholds on one scale, with the verdicts that lie between them. */
export function ThresholdsField({ min, max, onChange, refused }: Props) {
  const bands = [
    { name: "dismissed", from: 0, to: min },
    { name: "review", from: min, to: max },
    { name: "violation", from: max, to: 1 },
  ] as const;
  return (
    <Field
      label={words.thresholds}
      aside={ru.incident.thresholdsText(percent(min), percent(max))}
      name="thresholds"
      refused={refused}
      hint={words.thresholdsHint}
    >
      <Slider
        range
        min={0}
        max={1}
        step={0.01}
        ariaLabelForHandle={[words.thresholdMin, words.thresholdMax]}
        tooltip={{ formatter: (value) => percent(value ?? 0) }}
        value={[min, max]}
        onChange={([low, high]) => onChange(low ?? 0, high ?? 1)}
      />
      <div className="bands" aria-hidden>
        {bands.map(({ name, from, to }) => (
          <span key={name} className={`band band-${name}`} style={{ flexGrow: to - from }}>
            <i>{words.bands[name]}</i>
          </span>
        ))}
      </div>
    </Field>
  );
}
