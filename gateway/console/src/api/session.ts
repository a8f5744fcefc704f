import { Problem } from "./errors";

export interface Session {
  login: string;
  expires_at: string;
}

/** Who is signed in, null for nobody. Throws Problem("network"). */
export async function whoAmI(): Promise<Session | null> {
  const response = await send("GET");
  return response.ok ? ((await response.json()) as Session) : null;
}

/** Opens a session. Throws Problem with the server's code. */
export async function signIn(login: string, password: string): Promise<Session> {
  const response = await send("POST", { login, password });
  if (response.ok) {
    return (await response.json()) as Session;
  }
  const problem = (await response.json().catch(() => ({}))) as { code?: string };
  const wait = Number(response.headers.get("Retry-After"));
  throw new Problem(problem.code ?? "internal", Number.isFinite(wait) && wait > 0 ? wait : null);
}

export async function signOut(): Promise<void> {
  await send("DELETE").catch(() => undefined);
}

async function send(method: string, body?: object): Promise<Response> {
  try {
    return await fetch("/api/session", {
      method,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : null,
    });
  } catch {
    throw new Problem("network");
  }
}
