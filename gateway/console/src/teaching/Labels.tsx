import { ru } from "../locale/ru";
import type { AlbumViewFragment } from "../gql/documents";
import { pressed, statesOf, stateName, UNKNOWN } from "./album";

interface Props {
  counts: AlbumViewFragment["counts"];
  aspects: string[];
  states: string[];
  disabled?: boolean;
  onChange: (states: string[]) => void;
}

/** What a picture shows: a row of buttons for each aspect; one that is pressed is let go by pressing it again. */
export function Labels({ counts, aspects, states, disabled, onChange }: Props) {
  const button = (aspect: string | null, state: string) => (
    <button
      key={state}
      type="button"
      className={`label label-${state}`}
      aria-pressed={states.includes(state)}
      aria-label={stateName(aspect, state)}
      title={state === UNKNOWN ? ru.teaching.unknownHint : stateName(aspect, state)}
      disabled={disabled}
      onClick={() => onChange(pressed(states, state, counts))}
    >
      {ru.teaching.short[state] ?? ru.machines.state[state] ?? state}
    </button>
  );
  return (
    <div className="labels">
      {aspects.map((aspect) => (
        <span key={aspect} className="labels-row" role="group" aria-label={ru.machines.aspect[aspect] ?? aspect}>
          {statesOf(counts, aspect).map(({ state }) => button(aspect, state))}
        </span>
      ))}
      <span className="labels-row">{button(null, UNKNOWN)}</span>
    </div>
  );
}
