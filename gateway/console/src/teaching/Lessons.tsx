import { Alert, Progress } from "antd";
import { percent } from "../components/format";
import type { AlbumViewFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { stateName } from "./album";

const words = ru.teaching;

type Lesson = AlbumViewFragment["lessons"][number];
type Taught = NonNullable<Lesson["taught"]>;
type Failed = NonNullable<Lesson["failed"]>;

/** How the training goes, what came of the last one, and what was taught before. */
export function Lessons({ album, goesOn }: { album: AlbumViewFragment; goesOn: boolean }) {
  const { dateTime } = usePlantTime();
  const ended = album.lessons.filter(({ endedAt }) => endedAt !== null);
  const [last, ...before] = ended;
  const heading = (lesson: Lesson) => words.lesson(dateTime(lesson.endedAt ?? lesson.askedAt), lesson.askedBy);
  return (
    <div className="lessons" aria-live="polite">
      {goesOn ? <Going progress={album.progress} /> : null}
      {!goesOn && last?.failed ? (
        <Alert type="error" showIcon role="alert" title={failedWords(last.failed)} description={heading(last)} />
      ) : null}
      {!goesOn && last?.taught ? (
        <Alert type="success" showIcon title={words.taught(last.taught.pictures)} description={<Result taught={last.taught} heading={heading(last)} />} />
      ) : null}
      {before.length ? (
        <details>
          <summary>{words.before}</summary>
          <ul className="plain">
            {before.map((lesson) => (
              <li key={lesson.askedAt} className="muted">
                {heading(lesson)}: {lesson.taught ? words.taught(lesson.taught.pictures) : lesson.failed ? failedWords(lesson.failed) : ""}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

function Going({ progress }: { progress: AlbumViewFragment["progress"] }) {
  const share = progress?.of ? Math.round((progress.done / progress.of) * 100) : 0;
  return (
    <div role="status" aria-label={words.goesOn}>
      <span>{progress?.of ? words.goesOn : words.waits}</span>
      <Progress percent={share} status="active" />
    </div>
  );
}

function Result({ taught, heading }: { taught: Taught; heading: string }) {
  return (
    <>
      <ul className="lessons-aspects">
        {taught.aspects.map(({ aspect, accuracy, cannotTell }) => (
          <li key={aspect}>
            <b>{ru.machines.aspect[aspect] ?? aspect}</b>: {words.accuracy(percent(accuracy), percent(cannotTell))}
            <span className="muted">
              {" · "}
              {taught.states
                .filter((each) => each.aspect === aspect)
                .map(({ state, examples }) => ru.machines.examples(ru.machines.state[state] ?? state, examples))
                .join(", ")}
            </span>
          </li>
        ))}
      </ul>
      <small className="muted" title={words.accuracyHint}>
        {words.heldOut}
      </small>
      <small className="muted lessons-heading" title={taught.digest}>
        {heading} · {words.digest(taught.digest.slice(0, 12))}
      </small>
    </>
  );
}

function failedWords({ failure, state, pictures }: Failed): string {
  return words.failed[failure](state === null ? "" : stateName(null, state), pictures ?? 0);
}
