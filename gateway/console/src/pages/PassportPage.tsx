import { ArrowLeftOutlined, PrinterOutlined } from "@ant-design/icons";
import { Button, Result, Tooltip } from "antd";
import { useRef, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { FilesPart } from "../components/passport/FilesPart";
import { FramesPart } from "../components/passport/FramesPart";
import { GroundsPart } from "../components/passport/GroundsPart";
import { HistoryPart } from "../components/passport/HistoryPart";
import { Moment } from "../components/passport/Moment";
import { PathPart } from "../components/passport/PathPart";
import { PicturePart } from "../components/passport/PicturePart";
import { VerdictPart } from "../components/passport/VerdictPart";
import { Trouble } from "../components/Trouble";
import { useKeys } from "../components/useKeys";
import { useTitle } from "../components/useTitle";
import { Skeleton } from "../components/Waiting";
import { IncidentPassportDocument, type IncidentPassportQuery, type PassportSheetFragment } from "../gql/documents";
import { ru, sentence } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";

const words = ru.passport;
const FRAMES = 100;

/** Everything that led to a verdict, on one page that can be printed; also as it was known on an earlier date. */
export default function PassportPage() {
  const { id = "" } = useParams();
  const [search, setSearch] = useSearchParams();
  const at = search.get("at");
  const [framesFrom, setFramesFrom] = useState(0);
  const navigate = useNavigate();
  const [{ data, error, fetching }, again] = useQuery({
    query: IncidentPassportDocument,
    variables: { id, at, part: { framesFrom, frames: FRAMES } },
    requestPolicy: "network-only",
  });
  useTitle(words.title);
  const leave = () => void navigate(`/incidents/${id}`);
  useKeys({ Escape: leave });
  const answer = useKept(`${id} ${at}`, data?.passport ?? null);
  const choose = (moment: string | null) => {
    setFramesFrom(0);
    setSearch(moment ? { at: moment } : {}, { replace: true });
  };
  return (
    <article className="passport" aria-label={words.title}>
      <div className="page-head">
        <Tooltip title={words.back}>
          <Button className="no-print" type="text" icon={<ArrowLeftOutlined />} aria-label={words.back} onClick={leave} />
        </Tooltip>
        <h1>{words.title}</h1>
        <Moment key={at} at={at} onChange={choose} />
        <Button className="no-print" icon={<PrinterOutlined />} onClick={() => window.print()}>
          {words.print}
        </Button>
      </div>
      {!answer && !error ? <Skeleton of="sheet" /> : null}
      {error ? <Trouble code={codeOf(error)} onRetry={again} /> : null}
      {answer && !error ? <Answer answer={answer} fetching={fetching} onPage={setFramesFrom} /> : null}
    </article>
  );
}

type Told = IncidentPassportQuery["passport"];

/** The last answer to the same question stays while another page of its frames comes: the sheet does not jump. */
function useKept(question: string, answer: Told | null): Told | null {
  const kept = useRef({ question, answer });
  if (answer || kept.current.question !== question) {
    kept.current = { question, answer };
  }
  return kept.current.answer;
}

interface AnswerProps {
  answer: Told;
  fetching: boolean;
  onPage: (first: number) => void;
}

function Answer({ answer, fetching, onPage }: AnswerProps) {
  const time = usePlantTime();
  switch (answer.__typename) {
    case "Refusal":
      return <Result status={answer.code === "incident_unknown" ? "404" : "warning"} title={sentence(answer.code)} />;
    case "NotKnownYet":
      return (
        <Result
          status="info"
          title={words.notKnown(time.full(answer.asKnownAt))}
          subTitle={words.notKnownHint(time.full(answer.happenedAt), time.full(answer.becameKnownAt))}
        />
      );
    case "Passport":
      return <Sheet passport={answer} fetching={fetching} onPage={onPage} />;
  }
}

interface SheetProps {
  passport: PassportSheetFragment;
  fetching: boolean;
  onPage: (first: number) => void;
}

function Sheet({ passport, fetching, onPage }: SheetProps) {
  const time = usePlantTime();
  const { known } = passport;
  return (
    <div className="sheet" aria-busy={fetching}>
      <p className="sheet-lead">
        <b>{ru.kind[known.kind]}</b>, {time.full(known.openedAt)} <code>{known.id}</code>
      </p>
      {known.asKnownAt ? (
        <p className="sheet-note sheet-note-then" role="status">
          {words.asKnownAt(time.full(known.asKnownAt))}.{" "}
          {known.laterEvents ? words.laterEvents(known.laterEvents) : words.nothingLater}
        </p>
      ) : null}
      {passport.notes.map((note) => (
        <p key={note.kind} className="sheet-note" role="note">
          {words.note[note.kind]} {note.detail ? <code>{note.detail}</code> : null}
        </p>
      ))}
      <div className="sheet-columns">
        <VerdictPart passport={passport} />
        <PicturePart passport={passport} />
      </div>
      <GroundsPart passport={passport} />
      <PathPart passport={passport} />
      <FilesPart passport={passport} />
      <HistoryPart passport={passport} />
      <FramesPart passport={passport} page={FRAMES} onPage={onPage} />
      <p className="muted sheet-text">{words.madeAt(time.full(passport.madeAt), time.zone)}</p>
    </div>
  );
}
