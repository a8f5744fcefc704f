import { DeleteOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { type AlbumViewFragment, LabelMachinePictureDocument, RemoveMachinePictureDocument } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";
import { Labels } from "./Labels";
import type { useAlbum } from "./useAlbum";

const words = ru.teaching;

interface Props {
  album: AlbumViewFragment;
  aspects: string[];
  busy: boolean;
  send: ReturnType<typeof useAlbum>["send"];
}

/** The machine's pictures, those without a label first: what each shows can be changed, wrong ones deleted. */
export function Pictures({ album, aspects, busy, send }: Props) {
  const { dateTime } = usePlantTime();
  const waiting = album.pictures.filter(({ states }) => !states.length);
  const labelled = album.pictures.filter(({ states }) => states.length);
  if (!album.pictures.length) {
    return <p className="muted">{words.noPictures}</p>;
  }
  return (
    <ul className="shots" aria-label={words.pictures}>
      {[...waiting, ...labelled].map(({ id, url, states, addedAt }, i) => {
        const named = { zoneId: album.zoneId, pictureId: id };
        return (
          <li key={id} className={states.length ? "shot" : "shot shot-waiting"} aria-label={words.picture(i + 1)}>
            <img src={url} alt={words.pictureOf(dateTime(addedAt))} loading="lazy" draggable={false} />
            <Labels
              counts={album.counts}
              aspects={aspects}
              states={states}
              disabled={busy}
              onChange={(wanted) => void send(LabelMachinePictureDocument, { ...named, states: wanted })}
            />
            <span className="shot-foot muted">
              {states.length ? dateTime(addedAt) : words.unlabelled}
              <Button
                size="small"
                type="text"
                danger
                icon={<DeleteOutlined />}
                aria-label={words.remove(i + 1)}
                title={words.removeHint}
                disabled={busy}
                onClick={() => void send(RemoveMachinePictureDocument, named)}
              />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
