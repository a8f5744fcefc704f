import { Button, DatePicker, Select, Switch } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { RuleKind, Verdict } from "../gql/documents";
import { ru } from "../locale/ru";
import { EVERYTHING, isEverything, type Order, type Period } from "../state/filter";
import { useIncidents } from "../state/Incidents";
import { CameraSelect } from "./CameraSelect";

const KINDS = Object.entries(ru.kind).map(([value, label]) => ({ value: value as RuleKind, label }));
const VERDICTS = Object.entries(ru.verdict).map(([value, label]) => ({ value: value as Verdict, label }));
const PERIODS = Object.entries(ru.periods).map(([value, label]) => ({ value: value as Period, label }));
const ORDERS = Object.entries(ru.sorts).map(([value, label]) => ({ value: value as Order, label }));

export function FilterBar() {
  const { choice, choose } = useIncidents();
  return (
    <div className="filters" role="search">
      <CameraSelect value={choice.cameras} onChange={(cameras) => choose({ cameras })} />
      <Select
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        className="filter-wide"
        aria-label={ru.list.kind}
        placeholder={ru.list.anyKind}
        options={KINDS}
        value={choice.kinds}
        onChange={(value) => choose({ kinds: value })}
        showSearch={false}
      />
      <Select
        mode="multiple"
        allowClear
        maxTagCount="responsive"
        className="filter-wide"
        aria-label={ru.list.verdict}
        placeholder={ru.list.anyVerdict}
        options={VERDICTS}
        value={choice.verdicts}
        onChange={(value) => choose({ verdicts: value })}
        showSearch={false}
      />
      <Select
        className="filter"
        aria-label={ru.list.period}
        options={PERIODS}
        value={choice.period}
        onChange={(value) => choose({ period: value })}
      />
      {choice.period === "custom" ? <CustomPeriod /> : null}
      <Select
        className="filter"
        aria-label={ru.list.sort}
        options={ORDERS}
        value={choice.order}
        onChange={(value) => choose({ order: value })}
      />
      <label className="filter-switch">
        <Switch size="small" checked={choice.hideFalse} onChange={(value) => choose({ hideFalse: value })} />
        {ru.list.hideFalse}
      </label>
      {isEverything(choice) ? null : (
        <Button type="link" onClick={() => choose({ ...EVERYTHING, order: choice.order })}>
          {ru.list.reset}
        </Button>
      )}
    </div>
  );
}

function CustomPeriod() {
  const { choice, choose } = useIncidents();
  const value: [Dayjs | null, Dayjs | null] = [
    choice.from ? dayjs(choice.from) : null,
    choice.to ? dayjs(choice.to) : null,
  ];
  return (
    <DatePicker.RangePicker
      showTime={{ format: "HH:mm" }}
      format="DD.MM.YYYY HH:mm"
      allowEmpty={[true, true]}
      value={value}
      aria-label={ru.list.period}
      onChange={(range) =>
        choose({ from: range?.[0]?.toISOString() ?? null, to: range?.[1]?.toISOString() ?? null })
      }
    />
  );
}
