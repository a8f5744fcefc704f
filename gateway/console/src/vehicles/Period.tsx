import { DatePicker } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { wallTime } from "../state/plantMoment";

const DAYS_AT_FIRST = 7;

export interface ChosenDays {
  from: string;
  to: string;
  picker: React.ReactNode;
}

/** Days by the plant's clocks, both included; at first the last seven. */
export function useDays(): ChosenDays {
  const { zone } = usePlantTime();
  const today = dayjs(wallTime(Date.now(), zone).slice(0, 10));
  const [period, setPeriod] = useState<[Dayjs, Dayjs]>([today.subtract(DAYS_AT_FIRST - 1, "day"), today]);
  const picker = (
    <DatePicker.RangePicker
      allowClear={false}
      format="DD.MM.YYYY"
      value={period}
      aria-label={ru.vehicles.period}
      onChange={(range) => range?.[0] && range[1] && setPeriod([range[0], range[1]])}
    />
  );
  return { from: period[0].format("YYYY-MM-DD"), to: period[1].format("YYYY-MM-DD"), picker };
}
