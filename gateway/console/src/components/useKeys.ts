import { useEffect, useRef } from "react";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

/** The same key of the Russian layout: a guard does not switch layouts for a shortcut. */
const LATIN: Record<string, string> = { с: "c", а: "f", к: "r", о: "j", л: "k", м: "v", ",": "?" };

/** Where keys write or choose; a radio button or a switch that happens to have the focus does neither. */
const TEXT = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true], [role=listbox]";

/** Calls the action of a pressed key, unless somebody writes text or a dialogue is open. */
export function useKeys(keys: Keys): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) {
        return;
      }
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const latin = event.shiftKey || key !== "," ? LATIN[key] : undefined;
      const action = now.current[key] ?? (latin === undefined ? undefined : now.current[latin]);
      if (action) {
        event.preventDefault();
        action(event);
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
}

function isBusy(target: EventTarget | null): boolean {
  const element = target instanceof HTMLElement ? target : null;
  if (element?.closest(TEXT)) {
    return true;
  }
  return document.querySelector(".ant-modal-wrap:not([style*='display: none']) .ant-modal") !== null;
}
