import { Progress } from "antd";
import { Link } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { useReadAgain } from "../components/useReadAgain";
import { Skeleton } from "../components/Waiting";
import { type WhatIfViewFragment, WhatIfJobsDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { JobState } from "./JobState";
import { inWords } from "./question";

const PERIOD_MS = 3_000;

/** Questions that were asked, the newest first, read again every three seconds. */
export function JobList() {
  const [{ data, error }, again] = useQuery({ query: WhatIfJobsDocument });
  useReadAgain(again, PERIOD_MS);
  if (error && !data) {
    return <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} />;
  }
  if (!data) {
    return <Skeleton of="rows" />;
  }
  if (!data.whatIfJobs.length) {
    return <Nothing text={ru.whatIf.noJobs} />;
  }
  return (
    <ul className="what-if-jobs" aria-label={ru.whatIf.jobs}>
      {data.whatIfJobs.map((job) => (
        <li key={job.id}>
          <Job job={job} />
        </li>
      ))}
    </ul>
  );
}

function Job({ job }: { job: WhatIfViewFragment }) {
  const time = usePlantTime();
  return (
    <Link className="panel what-if-job" to={`/what-if/${job.id}`}>
      <span className="what-if-job-head">
        <b>{job.rule?.name ?? job.ruleId}</b>
        <JobState state={job.state} />
      </span>
      <span>{inWords(job).join(" · ")}</span>
      {job.state === "RUNNING" ? <Progress percent={Math.round(job.share * 100)} size="small" /> : null}
      {job.answer ? (
        <span>{ru.whatIf.outcome(job.answer.before, job.answer.after, job.answer.new, job.answer.gone, job.answer.changed)}</span>
      ) : null}
      <span className="muted">{`${time.dateTime(job.queuedAt)} · ${job.by}`}</span>
    </Link>
  );
}
