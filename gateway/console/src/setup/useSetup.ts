import { useMemo } from "react";
import { useCommands } from "../components/useCommands";
import { refusedOf } from "./refusals";

/** Sends commands; refused: what is wrong with the last one, and with which of its fields. */
export function useSetup(onChanged: () => void) {
  const { busy, problem, told, send } = useCommands(onChanged);
  const refused = useMemo(() => (problem === null ? null : refusedOf(problem, told)), [problem, told]);
  return { busy, refused, send };
}
