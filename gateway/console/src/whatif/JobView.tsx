import { Alert, App, Button, Progress, Result } from "antd";
import { useEffect, useState } from "react";
import { useNavigate } from "react-router";
import { useClient, useQuery, useSubscription } from "urql";
import { codeOf } from "../api/errors";
import { decimal } from "../components/format";
import { Trouble } from "../components/Trouble";
import { Skeleton } from "../components/Waiting";
import { CancelWhatIfDocument, type WhatIfJobQuery, WhatIfJobDocument, WhatIfProgressDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { DayChart, type Day, date } from "./DayChart";
import { Differences } from "./Differences";
import { JobState } from "./JobState";
import { inWords } from "./question";

type Job = NonNullable<WhatIfJobQuery["whatIfJob"]>;
type Answer = NonNullable<Job["answer"]>;

const OVER = new Set(["DONE", "FAILED", "CANCELLED"]);

/** One question: how far it is, then what was found. */
export function JobView({ id }: { id: string }) {
  const navigate = useNavigate();
  const [{ data, error }, again] = useQuery({ query: WhatIfJobDocument, variables: { id } });
  const known = data?.whatIfJob ?? null;
  const isOver = known !== null && OVER.has(known.state);
  const [{ data: moved }] = useSubscription({ query: WhatIfProgressDocument, variables: { id }, pause: !known || isOver });
  const step = moved?.whatIfProgress;
  useEffect(() => {
    if (step && step.id === id && OVER.has(step.state)) {
      again({ requestPolicy: "network-only" });
    }
  }, [step, id, again]);

  if (error && !known) {
    return <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} />;
  }
  if (!data) {
    return <Skeleton of="sheet" />;
  }
  if (!known) {
    const back = <Button onClick={() => void navigate("/what-if")}>{ru.whatIf.back}</Button>;
    return <Result status="404" title={ru.whatIf.notFound} extra={back} />;
  }
  const job = isOver || !step || step.id !== id ? known : { ...step, days: [] };
  return (
    <div className="what-if-result">
      <Head job={job} />
      {OVER.has(job.state) ? null : <Running job={job} onChanged={() => again({ requestPolicy: "network-only" })} />}
      {job.failure ? (
        <Alert type="error" showIcon title={sentence(job.failure.code)} description={job.failure.message} />
      ) : null}
      {job.answer && isOver ? <Found job={job} answer={job.answer} /> : null}
    </div>
  );
}

function Head({ job }: { job: Job }) {
  const time = usePlantTime();
  const from = job.from ? time.dateTime(job.from) : ru.whatIf.fromTheBeginning;
  return (
    <section className="panel" aria-label={ru.whatIf.question}>
      <div className="panel-head">
        <h2>{job.rule?.name ?? job.ruleId}</h2>
        <JobState state={job.state} />
      </div>
      <p>{inWords(job).join(" · ")}</p>
      <p className="muted">
        {`${from} – ${job.to ? time.dateTime(job.to) : ru.whatIf.untilNow} · ${ru.whatIf.askedBy(job.by, time.dateTime(job.queuedAt))}`}
      </p>
    </section>
  );
}

function Running({ job, onChanged }: { job: Job; onChanged: () => void }) {
  const client = useClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    const { data, error } = await client.mutation(CancelWhatIfDocument, { id: job.id }).toPromise();
    setBusy(false);
    if (data?.payload.__typename !== "WhatIfJob") {
      const code = data?.payload.__typename === "Refusal" ? data.payload.code : error ? codeOf(error) : "internal";
      void message.error(sentence(code));
    }
    onChanged();
  };
  return (
    <section className="panel what-if-running" aria-label={ru.whatIf.progress}>
      <Progress percent={Math.round(job.share * 100)} status="active" aria-label={ru.whatIf.progress} />
      <span className="muted">
        {job.state === "QUEUED" ? ru.whatIf.inQueue : ru.whatIf.folded(job.messages.toLocaleString("ru-RU"))}
      </span>
      <Button loading={busy} onClick={() => void cancel()}>
        {ru.whatIf.cancel}
      </Button>
    </section>
  );
}

function Found({ job, answer }: { job: Job; answer: Answer }) {
  const time = usePlantTime();
  const late = answer.recordedFrom && job.from && Date.parse(answer.recordedFrom) - Date.parse(job.from) > 3_600_000;
  const speed = answer.frames / Math.max(0.001, answer.seconds);
  return (
    <>
      <dl className="what-if-totals" aria-label={ru.whatIf.result}>
        {(["before", "after", "new", "gone", "changed"] as const).map((name) => (
          <div key={name} className="panel">
            <dt>{ru.whatIf.totals[name]}</dt>
            <dd>{answer[name].toLocaleString("ru-RU")}</dd>
          </div>
        ))}
      </dl>
      {late && answer.recordedFrom ? (
        <Alert type="warning" showIcon title={ru.whatIf.recordedSince(time.dateTime(answer.recordedFrom))} />
      ) : null}
      {answer.unreadable ? <Alert type="warning" showIcon title={ru.whatIf.unreadable(answer.unreadable)} /> : null}
      {job.days.length ? (
        <section className="panel" aria-label={ru.whatIf.byDay}>
          <div className="panel-head">
            <h2>{ru.whatIf.byDay}</h2>
          </div>
          <DayChart days={job.days} />
          <DayTable days={job.days} />
        </section>
      ) : null}
      <Differences jobId={job.id} counts={{ NEW: answer.new, GONE: answer.gone, CHANGED: answer.changed }} />
      <p className="muted">
        {ru.whatIf.cost(answer.frames.toLocaleString("ru-RU"), decimal(answer.seconds), Math.round(speed).toLocaleString("ru-RU"))}
      </p>
    </>
  );
}

function DayTable({ days }: { days: Day[] }) {
  return (
    <table className="what-if-table what-if-days">
      <thead>
        <tr>
          <th>{ru.whatIf.day}</th>
          {(["before", "after", "new", "gone", "changed"] as const).map((name) => (
            <th key={name}>{ru.whatIf.totals[name]}</th>
          ))}
          <th>{ru.whatIf.violations}</th>
        </tr>
      </thead>
      <tbody>
        {days.map((day) => (
          <tr key={day.day}>
            <td>{`${date(day.day)}.${day.day.slice(0, 4)}`}</td>
            <td>{day.before}</td>
            <td>{day.after}</td>
            <td>{day.new}</td>
            <td>{day.gone}</td>
            <td>{day.changed}</td>
            <td>{`${day.violationsBefore} → ${day.violationsAfter}`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
