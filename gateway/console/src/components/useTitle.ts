import { useEffect } from "react";
import { ru } from "../locale/ru";

/** The name of the page in the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${ru.product}`;
  }, [title]);
}
