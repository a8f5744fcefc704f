import { useEffect } from "react";
import type { UseQueryExecute } from "urql";

/** Asks a query again and again, as long as it is wanted. */
export function useReadAgain(again: UseQueryExecute, periodMs: number, wanted = true): void {
  useEffect(() => {
    if (!wanted) {
      return undefined;
    }
    const timer = setInterval(() => again({ requestPolicy: "network-only" }), periodMs);
    return () => clearInterval(timer);
  }, [wanted, again, periodMs]);
}
