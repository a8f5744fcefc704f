import { useMemo } from "react";
import { useCommands } from "../components/useCommands";
import { usePlantTime } from "../state/PlantTime";
import { refusedOf, staleWords } from "./refusals";

/** Sends commands; refused: what is wrong with the last one, and with which of its fields; `forget` it. */
export function useSetup(onChanged: () => void) {
  const { busy, problem, told, changed, send, forget } = useCommands(onChanged);
  const { dateTime } = usePlantTime();
  const refused = useMemo(() => {
    if (problem === "changed_meanwhile") {
      return { field: null, words: staleWords(changed, dateTime), isStale: true };
    }
    return problem === null ? null : refusedOf(problem, told);
  }, [problem, told, changed, dateTime]);
  return { busy, refused, send, forget };
}
