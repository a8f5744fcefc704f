import { CaretDownOutlined, CaretUpOutlined, CheckOutlined, CommentOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "react-router";
import { percent } from "../components/format";
import { VerdictChip } from "../components/VerdictChip";
import type { RegisterSortBy, RegisterSortInput } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { type Register, sortedBy } from "./choice";
import type { Entry } from "./useRegister";

const words = ru.registers;
const COLUMNS = Object.keys(words.columns) as RegisterSortBy[];
const NUMBERS = new Set<RegisterSortBy>(["SCORE", "COMMENTS"]);

interface Props {
  register: Register;
  entries: Entry[];
  sort: RegisterSortInput;
  onSort: (sort: RegisterSortInput) => void;
}

/** A register's rows; every head sorts, every row opens its incident. */
export function Table({ register, entries, sort, onSort }: Props) {
  const shown = COLUMNS.filter((column) => register === "violations" || column !== "FALSE_POSITIVE");
  return (
    <table className="grid register" aria-label={words.tabs[register]}>
      <thead>
        <tr>
          {shown.map((column) => (
            <Head key={column} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.id} entry={entry} register={register} />
        ))}
      </tbody>
    </table>
  );
}

function Head({ column, sort, onSort }: { column: RegisterSortBy } & Pick<Props, "sort" | "onSort">) {
  const descends = sort.direction === "DESC";
  const chosen = sort.by === column;
  const order = chosen ? (descends ? "descending" : "ascending") : "none";
  return (
    <th scope="col" aria-sort={order} className={NUMBERS.has(column) ? "grid-number" : ""}>
      <button type="button" className="grid-sort" onClick={() => onSort(sortedBy(column, sort))}>
        {words.columns[column]}
        {chosen ? descends ? <CaretDownOutlined aria-hidden /> : <CaretUpOutlined aria-hidden /> : null}
      </button>
    </th>
  );
}

function Row({ entry, register }: { entry: Entry; register: Register }) {
  const time = usePlantTime();
  const navigate = useNavigate();
  const state = { from: `/incidents/${register}` };
  return (
    <tr className="register-row" onClick={() => void navigate(`/incidents/${entry.id}`, { state })}>
      <td>
        <Link to={`/incidents/${entry.id}`} state={state} onClick={(event) => event.stopPropagation()}>
          <time dateTime={entry.openedAt} title={time.full(entry.openedAt)}>
            {time.dateTime(entry.openedAt)}
          </time>
        </Link>
      </td>
      <td>{entry.cameraName}</td>
      <td>{entry.zoneName || <span className="muted">{words.wholeFrame}</span>}</td>
      <td>{entry.enterprise}</td>
      <td>{ru.kind[entry.classification]}</td>
      <td className="grid-number">{percent(entry.score)}</td>
      {register === "violations" ? (
        <td>
          <VerdictChip verdict={entry.verdict} kind={entry.classification} />
          {entry.decidedBy ? <span className="muted grid-detail">{ru.list.decidedBy(entry.decidedBy)}</span> : null}
        </td>
      ) : null}
      <td>{entry.assignee ?? <span className="muted">{words.nobody}</span>}</td>
      <td className={entry.comments ? "grid-number" : "grid-number muted"}>
        {entry.comments ? <CommentOutlined aria-hidden /> : null} {entry.comments}
      </td>
      <Has file={entry.hasPhoto} />
      <Has file={entry.hasClip} />
    </tr>
  );
}

function Has({ file }: { file: boolean }) {
  return (
    <td className="register-file">
      {file ? <CheckOutlined aria-label={words.has} /> : <span className="muted">{words.hasNot}</span>}
    </td>
  );
}
