import { ArrowLeftOutlined } from "@ant-design/icons";
import { Button, Tooltip } from "antd";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { Trouble } from "../components/Trouble";
import { useCameras } from "../components/useCameras";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { ru } from "../locale/ru";
import { JobList } from "../whatif/JobList";
import { JobView } from "../whatif/JobView";
import { WhatIfForm } from "../whatif/WhatIfForm";

/** What another rule would have found in the recorded detections: the question, the jobs, one job's answer. */
export default function WhatIf() {
  const { id } = useParams();
  const [search, setSearch] = useSearchParams();
  const { cameras, error, reload } = useCameras();
  const navigate = useNavigate();
  useTitle(ru.whatIf.title);
  const rule = search.get("rule");
  return (
    <div className="what-if">
      <div className="page-head">
        {id ? (
          <Tooltip title={ru.whatIf.back}>
            <Button
              type="text"
              icon={<ArrowLeftOutlined />}
              aria-label={ru.whatIf.back}
              onClick={() => void navigate(rule ? `/what-if?rule=${rule}` : "/what-if")}
            />
          </Tooltip>
        ) : null}
        <h1>{ru.whatIf.title}</h1>
        <span className="muted">{ru.whatIf.hint}</span>
      </div>
      <div className="what-if-body">
        <aside>
          {error && !cameras ? <Trouble code={error} onRetry={reload} /> : null}
          {cameras ? (
            <WhatIfForm
              cameras={cameras}
              ruleId={rule}
              onRule={(chosen) => setSearch({ rule: chosen }, { replace: true })}
              onStarted={(job) => void navigate(`/what-if/${job}?rule=${rule ?? ""}`)}
            />
          ) : null}
          {!cameras && !error ? <Skeleton of="sheet" /> : null}
        </aside>
        <div>{id ? <JobView key={id} id={id} /> : <JobList />}</div>
      </div>
    </div>
  );
}
