import { useRef } from "react";

/** The last value that there was: what was read stays in sight while it cannot be read again. */
export function useLast<T>(value: T | null | undefined): T | null {
  const last = useRef<T | null>(null);
  if (value !== null && value !== undefined) {
    last.current = value;
  }
  return last.current;
}
