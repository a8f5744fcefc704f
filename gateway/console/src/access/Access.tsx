import { App, Popconfirm, Select, Tag } from "antd";
import { useEffect } from "react";
import { useQuery } from "urql";
import { codeOf } from "../api/errors";
import { Heads } from "../components/Heads";
import { Trouble } from "../components/Trouble";
import { useCommands } from "../components/useCommands";
import { Skeleton } from "../components/Waiting";
import { AccessDocument, type AccessQuery, GrantRoleDocument, RevokeRoleDocument } from "../gql/documents";
import { ru, sentence } from "../locale/ru";

const words = ru.access;
const MANY = 1000;

type User = AccessQuery["users"][number];
type Role = AccessQuery["roles"][number];

/** Who holds which roles; they are given and taken here. For who manages access on the whole plant. */
export function Access() {
  const [{ data, error }, again] = useQuery({ query: AccessDocument });
  const readAgain = () => again({ requestPolicy: "network-only" });
  if (error && codeOf(error) === "not_allowed") {
    return null; // the right holds on a part of the plant only
  }
  return (
    <section className="access" aria-label={words.title}>
      <div className="page-head">
        <h2>{words.title}</h2>
        <span className="muted">{words.hint}</span>
      </div>
      {error ? <Trouble code={codeOf(error)} onRetry={readAgain} /> : null}
      {!data && !error ? <Skeleton of="table" /> : null}
      {data ? (
        <table className="grid" aria-label={words.title}>
          <Heads names={words.columns} />
          <tbody>
            {data.users.map((user) => (
              <Row key={user.id} user={user} roles={data.roles} onChanged={readAgain} />
            ))}
          </tbody>
        </table>
      ) : null}
      {data && data.users.length >= MANY ? <p className="muted">{words.everybody}</p> : null}
    </section>
  );
}

interface RowProps {
  user: User;
  roles: Role[];
  onChanged: () => void;
}

function Row({ user, roles, onChanged }: RowProps) {
  const { message } = App.useApp();
  const { busy, problem, send, forget } = useCommands(onChanged);
  useEffect(() => {
    if (problem !== null) {
      void message.error(sentence(problem));
      forget();
    }
  }, [problem, message, forget]);
  const held = new Set(user.roles.map(({ id }) => id));
  const free = roles.filter(({ id }) => !held.has(id)).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <tr>
      <td title={user.id}>
        {user.name}
        {user.disabled ? <span className="muted"> · {words.disabled}</span> : null}
      </td>
      <td>
        {user.login}
        {user.provider === "LDAP" ? <span className="muted"> · {words.directory}</span> : null}
      </td>
      <td>
        {user.roles.map((role) => (
          <Tag key={role.id} title={role.isLimited ? words.limited : undefined}>
            {role.name}
            <Popconfirm
              title={words.takeAsk(role.name)}
              description={words.takeHint}
              okText={words.revoke}
              cancelText={words.cancel}
              onConfirm={() => void send(RevokeRoleDocument, { userId: user.id, roleId: role.id }, words.taken)}
            >
              <button type="button" className="access-take" disabled={busy} aria-label={words.take(role.name, user.name)}>
                ×
              </button>
            </Popconfirm>
          </Tag>
        ))}
        {user.roles.length ? null : <span className="muted">{words.noRoles}</span>}
      </td>
      <td>
        {free.length ? (
          <Select<string>
            className="filter"
            aria-label={words.giveTo(user.name)}
            placeholder={words.give}
            value={null}
            disabled={busy}
            options={free}
            onChange={(roleId) => void send(GrantRoleDocument, { userId: user.id, roleId }, words.given)}
          />
        ) : null}
      </td>
    </tr>
  );
}
