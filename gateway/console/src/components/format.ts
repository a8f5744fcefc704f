import { ru } from "../locale/ru";

/** 0..1 as whole percent. */
export function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** 0..1 as percent with a tenth, where a threshold may lie between two whole ones. */
export function exactPercent(value: number): string {
  return `${decimal(value * 100)} %`;
}

export function decimal(value: number, digits = 1): string {
  return value.toLocaleString("ru-RU", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export function size(bytes: number): string {
  return bytes >= 1_000_000 ? ru.megabytes(decimal(bytes / 1_000_000)) : ru.kilobytes(decimal(bytes / 1_000, 0));
}

/** Seconds between two ISO times. */
export function seconds(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}

/** A new identity for a command; randomUUID exists in secure contexts only. */
export function newCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
