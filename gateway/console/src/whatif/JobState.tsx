import type { JobState as State } from "../gql/documents";
import { ru } from "../locale/ru";

export function JobState({ state }: { state: State }) {
  return <span className={`chip job-${state.toLowerCase()}`}>{ru.whatIf.states[state]}</span>;
}
