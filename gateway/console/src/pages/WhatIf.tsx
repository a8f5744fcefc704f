import { ArrowLeftOutlined } from "@ant-design/icons";
import { Alert, Button, Tooltip } from "antd";
import { useEffect } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useCameras } from "../components/useCameras";
import { Waiting } from "../components/Waiting";
import { ru, sentence } from "../locale/ru";
import { JobList } from "../whatif/JobList";
import { JobView } from "../whatif/JobView";
import "../whatif/whatif.css";
import { WhatIfForm } from "../whatif/WhatIfForm";

/** What another rule would have found in the recorded detections: the question, the jobs, one job's answer. */
export default function WhatIf() {
  const { id } = useParams();
  const [search, setSearch] = useSearchParams();
  const { cameras, error } = useCameras();
  const navigate = useNavigate();
  useEffect(() => {
    document.title = `${ru.whatIf.title} · ${ru.product}`;
  }, []);
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
          {error && !cameras ? <Alert type="error" showIcon title={sentence(error)} /> : null}
          {cameras ? (
            <WhatIfForm
              cameras={cameras}
              ruleId={rule}
              onRule={(chosen) => setSearch({ rule: chosen }, { replace: true })}
              onStarted={(job) => void navigate(`/what-if/${job}?rule=${rule ?? ""}`)}
            />
          ) : null}
          {!cameras && !error ? <Waiting /> : null}
        </aside>
        <div>{id ? <JobView key={id} id={id} /> : <JobList />}</div>
      </div>
    </div>
  );
}
