import type { PassportSheetFragment } from "../../gql/documents";
import { ru } from "../../locale/ru";
import { usePlantTime } from "../../state/PlantTime";
import { size } from "../format";
import { Fact, Section } from "./Sheet";

const words = ru.passport;
type File = PassportSheetFragment["known"]["files"][number];

/** The files with their hashes, whether they are still there, and the checkpoint that covers the history. */
export function FilesPart({ passport }: { passport: PassportSheetFragment }) {
  const { known, checkpoint } = passport;
  const time = usePlantTime();
  return (
    <Section title={words.files} aside={known.locked ? words.locked(known.lockReason ?? "") : null}>
      <dl className="facts">
        {known.files.length ? null : <Fact name={words.files}>{words.noFiles}</Fact>}
        {known.files.map((file) => (
          <Fact key={file.kind} name={ru.evidenceKind[file.kind]}>
            {standing(file)}
            {file.sizeBytes === null ? null : `, ${size(file.sizeBytes)}`}
            {file.key ? (
              <>
                <br />
                <code>{file.key}</code>
                <br />
                <code>
                  sha256 {file.sha256}
                </code>
              </>
            ) : null}
          </Fact>
        ))}
        <Fact name={words.checkpoint}>
          {checkpoint ? (
            <>
              {words.checkpointText(time.full(checkpoint.signedAt), checkpoint.covered, known.eventsTotal)}{" "}
              {checkpoint.trusted === null ? words.noKey : checkpoint.trusted ? words.trusted : words.untrusted}
              <br />
              <code>
                {checkpoint.size} {checkpoint.root}
              </code>
            </>
          ) : (
            words.noCheckpoint
          )}
        </Fact>
      </dl>
    </Section>
  );
}

function standing(file: File): string {
  if (file.key === null) {
    return ru.incident.missing(file.missed ?? "");
  }
  return file.expired ? words.expired[file.expired] : words.stored[file.stored ?? "UNKNOWN"];
}
