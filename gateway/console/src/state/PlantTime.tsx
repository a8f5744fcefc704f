import { createContext, type ReactNode, useContext, useMemo } from "react";
import { ru } from "../locale/ru";

/** Times as the plant's clocks show them, whatever the browser's zone is. */
export interface PlantTime {
  zone: string;
  time: (iso: string) => string;
  precise: (iso: string) => string;
  date: (iso: string) => string;
  fullDate: (iso: string) => string;
  dateTime: (iso: string) => string;
  /** with date and offset, so that it says the same on paper and in the hour that autumn repeats */
  full: (iso: string) => string;
  now: () => string;
}

const Context = createContext<PlantTime | null>(null);

export function PlantTimeProvider({ zone, children }: { zone: string; children: ReactNode }) {
  const time = useMemo(() => plantTime(zone), [zone]);
  return <Context value={time}>{children}</Context>;
}

export function usePlantTime(): PlantTime {
  const time = useContext(Context);
  if (!time) {
    throw new Error("usePlantTime outside of PlantTimeProvider");
  }
  return time;
}

export function plantTime(zone: string): PlantTime {
  const clock = new Intl.DateTimeFormat("ru-RU", { timeZone: zone, timeStyle: "medium" });
  const precise = new Intl.DateTimeFormat("ru-RU", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 1,
  });
  const day = new Intl.DateTimeFormat("ru-RU", { timeZone: zone, day: "numeric", month: "short" });
  const full = new Intl.DateTimeFormat("ru-RU", { timeZone: zone, dateStyle: "long" });
  const exact = new Intl.DateTimeFormat("ru-RU", {
    timeZone: zone,
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "shortOffset",
  });
  const key = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" });
  const date = (iso: string) => {
    const at = new Date(iso);
    const days = Math.round((Date.parse(key.format(new Date())) - Date.parse(key.format(at))) / 86_400_000);
    return days === 0 ? ru.today : days === 1 ? ru.yesterday : day.format(at);
  };
  const time = (iso: string) => clock.format(new Date(iso));
  return {
    zone,
    time,
    precise: (iso) => precise.format(new Date(iso)),
    date,
    fullDate: (iso) => full.format(new Date(iso)),
    dateTime: (iso) => `${date(iso)}, ${time(iso)}`,
    full: (iso) => exact.format(new Date(iso)),
    now: () => clock.format(new Date()),
  };
}
