import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Provider } from "urql";
import { type Connection, connect } from "../api/client";
import { useAccount } from "./Account";

interface Link {
  connected: boolean;
  /** grows when the socket opened again, and when a person asks again: what was read before may be stale */
  epoch: number;
  askAgain: () => void;
}

const Context = createContext<Link>({ connected: false, epoch: 0, askAgain: () => undefined });

/** The connection of a signed-in person; it ends with the session. */
export function LinkProvider({ children }: { children: ReactNode }) {
  const { lost } = useAccount();
  const [connected, setConnected] = useState(false);
  const [epoch, setEpoch] = useState(0);
  const [connection, setConnection] = useState<Connection | null>(null);
  const lostNow = useRef(lost);
  lostNow.current = lost;

  useEffect(() => {
    const opened = connect({
      connected: (again) => {
        setConnected(true);
        if (again) {
          setEpoch((n) => n + 1);
        }
      },
      disconnected: () => setConnected(false),
      signedOut: () => lostNow.current(),
    });
    setConnection(opened);
    return () => opened.close();
  }, []);

  const askAgain = useCallback(() => setEpoch((n) => n + 1), []);
  const link = useMemo(() => ({ connected, epoch, askAgain }), [connected, epoch, askAgain]);
  if (!connection) {
    return null;
  }
  return (
    <Provider value={connection.client}>
      <Context value={link}>{children}</Context>
    </Provider>
  );
}

export function useLink(): Link {
  return useContext(Context);
}
