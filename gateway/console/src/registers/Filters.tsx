import { Button, DatePicker, Input, Select, Switch } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useQuery } from "urql";
import { CameraSelect } from "../components/CameraSelect";
import { percent } from "../components/format";
import { CamerasDocument, type RuleKind } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { momentOf, wallTime } from "../state/plantMoment";
import { type Choice, EVERYTHING, isEverything, type Register } from "./choice";

const words = ru.registers;
const KINDS = Object.entries(ru.kind).map(([value, label]) => ({ value: value as RuleKind, label }));
const SCORES = [0.5, 0.6, 0.7, 0.8, 0.9].map((value) => ({ value, label: words.scoreFrom(percent(value)) }));

interface Props {
  register: Register;
  choice: Choice;
  change: (part: Partial<Choice>) => void;
}

export function Filters({ register, choice, change }: Props) {
  const [{ data }] = useQuery({ query: CamerasDocument });
  const cameras = data?.cameras ?? [];
  const within = choice.cameras.length ? cameras.filter(({ id }) => choice.cameras.includes(id)) : cameras;
  return (
    <div className="filters" role="search">
      <CameraSelect className="filter" value={choice.cameras} onChange={(cameras) => change({ cameras })} />
      <Select
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        className="filter"
        aria-label={words.zone}
        placeholder={words.anyZone}
        options={within.flatMap(({ zones }) => zones.map(({ id, name }) => ({ value: id, label: name })))}
        value={choice.zones}
        onChange={(value) => change({ zones: value })}
        showSearch={{ optionFilterProp: "label" }}
      />
      <Select
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        className="filter-wide"
        aria-label={ru.list.kind}
        placeholder={ru.list.anyKind}
        options={KINDS}
        value={choice.kinds}
        onChange={(value) => change({ kinds: value })}
        showSearch={false}
      />
      <Select
        allowClear
        className="filter-narrow"
        aria-label={words.scoreMin}
        placeholder={words.anyScore}
        options={SCORES}
        value={choice.scoreMin}
        onChange={(value: number | undefined) => change({ scoreMin: value ?? null })}
      />
      <Input.Search
        key={choice.assignee}
        allowClear
        className="filter"
        aria-label={words.assignee}
        placeholder={words.anyAssignee}
        defaultValue={choice.assignee ?? ""}
        onSearch={(text) => change({ assignee: text.trim() || null })}
      />
      <Period choice={choice} change={change} />
      <label className="filter-switch">
        <Switch size="small" checked={choice.commented} onChange={(commented) => change({ commented })} />
        {words.commented}
      </label>
      {register === "violations" ? (
        <label className="filter-switch">
          <Switch size="small" checked={choice.showFalse} onChange={(showFalse) => change({ showFalse })} />
          {words.showFalse}
        </label>
      ) : null}
      {isEverything(choice) ? null : (
        <Button type="link" onClick={() => change({ ...EVERYTHING, sort: choice.sort })}>
          {ru.list.reset}
        </Button>
      )}
    </div>
  );
}

/** By the plant's clocks. */
function Period({ choice, change }: Omit<Props, "register">) {
  const { zone } = usePlantTime();
  const wall = (iso: string | null) => (iso ? dayjs(wallTime(iso, zone)) : null);
  const moment = (day: Dayjs | null | undefined) =>
    day ? momentOf(day.format("YYYY-MM-DDTHH:mm:ss"), zone) ?? day.toISOString() : null;
  return (
    <DatePicker.RangePicker
      showTime={{ format: "HH:mm" }}
      format="DD.MM.YYYY HH:mm"
      allowEmpty={[true, true]}
      value={[wall(choice.from), wall(choice.to)]}
      aria-label={ru.list.period}
      onChange={(range) => change({ from: moment(range?.[0]), to: moment(range?.[1]) })}
    />
  );
}
