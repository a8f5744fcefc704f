import { type Client as SocketClient, createClient as createSocketClient } from "graphql-ws";
import { Client, fetchExchange, subscriptionExchange } from "urql";

export interface Connection {
  client: Client;
  close: () => void;
}

export interface Listener {
  /** The socket is open; again says that changes may have been missed before. */
  connected: (again: boolean) => void;
  disconnected: () => void;
  signedOut: () => void;
}

const UNAUTHORISED = 4401;

/** The console's one way to the gateway: POST for questions and commands, a socket for what changes. */
export function connect(listener: Listener): Connection {
  const socket = openSocket(listener);
  const client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    requestPolicy: "network-only",
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (response.status === 401) {
        listener.signedOut();
      }
      return response;
    },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (operation) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query: operation.query ?? "", variables: operation.variables as Record<string, unknown> },
              sink,
            ),
          }),
        }),
      }),
    ],
  });
  return { client, close: () => void socket.dispose() };
}

function openSocket(listener: Listener): SocketClient {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  let opened = 0;
  return createSocketClient({
    url: `${scheme}://${window.location.host}/graphql`,
    lazy: false,
    keepAlive: 10_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: (retries) => new Promise((done) => setTimeout(done, Math.min(250 * 2 ** retries, 5_000))),
    shouldRetry: () => true,
    onNonLazyError: () => undefined,
    on: {
      connected: () => listener.connected(opened++ > 0),
      closed: (event) => {
        listener.disconnected();
        if ((event as CloseEvent).code === UNAUTHORISED) {
          listener.signedOut();
        }
      },
    },
  });
}
