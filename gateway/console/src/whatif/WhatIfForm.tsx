import { Alert, Button, DatePicker, Select, Slider } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useClient } from "urql";
import { codeOf } from "../api/errors";
import { type CameraViewFragment, StartWhatIfDocument, type WhatIfInput } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { inputOf, isMoved, reach, type Settings, shown } from "./question";

type Period = keyof typeof ru.whatIf.periods;

const DAYS: Partial<Record<Period, number>> = { day: 1, threeDays: 3, week: 7, month: 30 };
const PERIODS = Object.entries(ru.whatIf.periods).map(([value, label]) => ({ value: value as Period, label }));

interface Props {
  cameras: CameraViewFragment[];
  ruleId: string | null;
  onRule: (id: string) => void;
  onStarted: (id: string) => void;
}

/** One rule, a period, and what would be different. */
export function WhatIfForm({ cameras, ruleId, onRule, onStarted }: Props) {
  const rule = cameras.flatMap((camera) => camera.rules).find((each) => each.id === ruleId) ?? null;
  const rules = cameras
    .filter((camera) => camera.rules.length)
    .map((camera) => ({
      label: camera.name,
      options: camera.rules.map((each) => ({ value: each.id, label: `${each.name}, ${camera.name}` })),
    }));
  return (
    <section className="panel what-if-form" aria-label={ru.whatIf.question}>
      <div className="panel-head">
        <h2>{ru.whatIf.question}</h2>
      </div>
      <label className="what-if-field">
        <span>{ru.whatIf.rule}</span>
        <Select
          aria-label={ru.whatIf.rule}
          placeholder={ru.whatIf.chooseRule}
          options={rules}
          value={rule?.id ?? null}
          onChange={onRule}
          showSearch={{ optionFilterProp: "label" }}
          notFoundContent={ru.cameras.noRules}
        />
      </label>
      {rule ? <Levers key={rule.id} ruleId={rule.id} now={rule} onStarted={onStarted} /> : null}
    </section>
  );
}

function Levers({ ruleId, now, onStarted }: { ruleId: string; now: Settings; onStarted: (id: string) => void }) {
  const [wanted, setWanted] = useState<Settings>({ ...now });
  const [period, setPeriod] = useState<Period>("week");
  const [custom, setCustom] = useState<[string | null, string | null]>([null, null]);
  const { busy, problem, start } = useStart(onStarted);
  const move = (part: Partial<Settings>) => setWanted((before) => ({ ...before, ...part }));
  const ask = () => {
    const days = DAYS[period];
    const from = days ? dayjs().subtract(days, "day").toISOString() : period === "custom" ? custom[0] : null;
    void start(inputOf(ruleId, now, wanted, from, period === "custom" ? custom[1] : null));
  };
  return (
    <>
      <label className="what-if-field">
        <span>{ru.whatIf.period}</span>
        <Select aria-label={ru.whatIf.period} options={PERIODS} value={period} onChange={setPeriod} />
      </label>
      {period === "custom" ? (
        <DatePicker.RangePicker
          showTime={{ format: "HH:mm" }}
          format="DD.MM.YYYY HH:mm"
          allowEmpty={[true, true]}
          aria-label={ru.whatIf.period}
          onChange={(range) => setCustom([range?.[0]?.toISOString() ?? null, range?.[1]?.toISOString() ?? null])}
        />
      ) : null}
      <div className="what-if-field" role="group" aria-label={ru.whatIf.thresholds}>
        <span>
          {ru.whatIf.thresholds}
          <b>{ru.incident.thresholdsText(shown("thresholdMin", wanted.thresholdMin), shown("thresholdMax", wanted.thresholdMax))}</b>
        </span>
        <Slider
          range
          min={0}
          max={1}
          step={0.01}
          ariaLabelForHandle={[ru.whatIf.fields.thresholdMin, ru.whatIf.fields.thresholdMax]}
          marks={{ [now.thresholdMin]: " ", [now.thresholdMax]: " " }}
          tooltip={{ formatter: (value) => shown("thresholdMin", value ?? 0) }}
          value={[wanted.thresholdMin, wanted.thresholdMax]}
          onChange={([min, max]) => move({ thresholdMin: min ?? 0, thresholdMax: max ?? 1 })}
        />
        <Now text={ru.incident.thresholdsText(shown("thresholdMin", now.thresholdMin), shown("thresholdMax", now.thresholdMax))} />
      </div>
      {(["dwellS", "windowS", "gapS"] as const).map((name) => (
        <div className="what-if-field" role="group" aria-label={ru.whatIf.fields[name]} key={name}>
          <span>
            <span className="what-if-name">{ru.whatIf.fields[name]}</span>
            <b>{shown(name, wanted[name])}</b>
          </span>
          <Slider
            {...reach(name, now[name])}
            ariaLabelForHandle={ru.whatIf.fields[name]}
            marks={{ [now[name]]: " " }}
            tooltip={{ formatter: (value) => shown(name, value ?? 0) }}
            value={wanted[name]}
            onChange={(value) => move({ [name]: value })}
          />
          <Now text={shown(name, now[name])} />
        </div>
      ))}
      {problem ? <Alert type="error" showIcon title={problem} /> : null}
      <div className="what-if-buttons">
        <Button type="primary" loading={busy} disabled={!isMoved(now, wanted)} onClick={ask}>
          {ru.whatIf.start}
        </Button>
        <Button type="link" disabled={!isMoved(now, wanted)} onClick={() => setWanted({ ...now })}>
          {ru.whatIf.reset}
        </Button>
      </div>
      {isMoved(now, wanted) ? null : <p className="muted">{ru.whatIf.moveSomething}</p>}
    </>
  );
}

function Now({ text }: { text: string }) {
  return <small className="muted">{ru.whatIf.now(text)}</small>;
}

function useStart(onStarted: (id: string) => void) {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const start = async (input: WhatIfInput) => {
    setBusy(true);
    setProblem(null);
    const { data, error } = await client.mutation(StartWhatIfDocument, { input }).toPromise();
    setBusy(false);
    if (data?.payload.__typename === "WhatIfJob") {
      onStarted(data.payload.id);
    } else if (data?.payload.__typename === "Refusal") {
      setProblem(`${sentence(data.payload.code)} (${data.payload.message})`);
    } else {
      setProblem(sentence(error ? codeOf(error) : "internal"));
    }
  };
  return { busy, problem, start };
}
