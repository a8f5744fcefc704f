import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { seconds } from "../components/format";
import { Heads } from "../components/Heads";
import { Nothing } from "../components/Nothing";
import { Trouble } from "../components/Trouble";
import { Skeleton } from "../components/Waiting";
import { ParkingDocument, type ParkingQuery } from "../gql/documents";
import { ru } from "../locale/ru";
import { usePlantTime } from "../state/PlantTime";

const words = ru.vehicles;
type Found = ParkingQuery["parking"];

/** Who is inside now, who has left, and what could not be told. */
export function ParkingView({ cameras }: { cameras: string[] }) {
  const variables = { from: null, to: null, cameraIds: cameras.length ? cameras : null };
  const [{ data, error }, again] = useQuery({ query: ParkingDocument, variables, requestPolicy: "cache-and-network" });
  if (!data) {
    return error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : <Skeleton of="table" />;
  }
  return (
    <>
      <Figures found={data.parking} />
      <Inside found={data.parking} />
      <Over found={data.parking} />
    </>
  );
}

function Figures({ found }: { found: Found }) {
  const figures = [
    [words.median, found.medianS === null ? "–" : ru.ledger.duration(found.medianS)],
    [words.unreadIn, found.unreadIn],
    [words.unreadOut, found.unreadOut],
    [words.undirected, found.undirected],
  ];
  return (
    <dl className="figures">
      {figures.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <p className="muted">{words.weekHint}</p>
    </dl>
  );
}

function Inside({ found }: { found: Found }) {
  const time = usePlantTime();
  const now = new Date().toISOString();
  return (
    <section className="panel stays" aria-label={words.inside}>
      <div className="panel-head">
        <h2>{words.inside}</h2>
        <span className="muted">{words.insideHint(found.atLeast, found.atMost)}</span>
      </div>
      {found.inside.length ? (
        <table>
          <Heads names={[words.number, words.region, words.since, words.lasting, words.vehicle, words.camera]} />
          <tbody>
            {found.inside.map((stay) => (
              <tr key={stay.number}>
                <td>
                  <span className="plate">{stay.number}</span>
                </td>
                <td>{stay.region}</td>
                <td>{stay.entry ? time.dateTime(stay.entry.at) : words.notSeen}</td>
                <td>{stay.entry ? ru.ledger.duration(seconds(stay.entry.at, now)) : null}</td>
                <td>{stay.entry ? ru.objectClass[stay.entry.objectClass] : null}</td>
                <td>{stay.entry?.camera?.name}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Nothing text={words.nobodyInside} />
      )}
    </section>
  );
}

function Over({ found }: { found: Found }) {
  const time = usePlantTime();
  return (
    <section className="panel stays" aria-label={words.over}>
      <div className="panel-head">
        <h2>{words.over}</h2>
      </div>
      {found.over.length ? (
        <table>
          <Heads names={[words.number, words.region, words.entered, words.left, words.stayed, ""]} />
          <tbody>
            {found.over.map((stay) => (
              <tr key={`${stay.number} ${stay.entry?.at} ${stay.exit?.at}`}>
                <td>
                  <span className="plate">{stay.number}</span>
                </td>
                <td>{stay.region}</td>
                <td>{stay.entry ? time.dateTime(stay.entry.at) : words.notSeen}</td>
                <td>{stay.exit ? time.dateTime(stay.exit.at) : words.notSeen}</td>
                <td>{stay.durationS === null ? "–" : ru.ledger.duration(stay.durationS)}</td>
                <td className="muted">{stay.guessed ? words.guessed : null}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <Nothing text={words.noneOver} />
      )}
    </section>
  );
}
