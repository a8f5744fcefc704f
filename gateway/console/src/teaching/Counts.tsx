import type { AlbumViewFragment } from "../gql/documents";
import { ru } from "../locale/ru";
import { statesOf } from "./album";

const words = ru.teaching;

/** How many pictures there are of each state, and how many are needed. */
export function Counts({ album, aspects }: { album: AlbumViewFragment; aspects: string[] }) {
  return (
    <table className="counts">
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            {words.countsHead}
          </th>
          <th scope="col">{words.ofLeast(album.leastPictures)}</th>
        </tr>
      </thead>
      <tbody>
        {aspects.flatMap((aspect) =>
          statesOf(album.counts, aspect).map(({ state, examples }, i) => (
            <tr key={state} className={examples >= album.leastPictures ? "counts-enough" : undefined}>
              <th scope="row">{i ? "" : (ru.machines.aspect[aspect] ?? aspect)}</th>
              <td>{ru.machines.state[state] ?? state}</td>
              <td>
                <progress max={album.leastPictures} value={Math.min(examples, album.leastPictures)} aria-hidden="true" />
                <b>{examples}</b>
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
