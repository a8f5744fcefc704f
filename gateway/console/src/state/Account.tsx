import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { type Session, signIn, signOut, whoAmI } from "../api/session";

interface Account {
  /** undefined while it is not known yet */
  session: Session | null | undefined;
  /** true when a session ended by itself */
  ended: boolean;
  enter: (login: string, password: string) => Promise<void>;
  leave: () => Promise<void>;
  lost: () => void;
}

const Context = createContext<Account | null>(null);

export function AccountProvider({ children }: { children: ReactNode }) {
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [ended, setEnded] = useState(false);

  useEffect(() => {
    whoAmI().then(setSession, () => setSession(null));
  }, []);

  const enter = useCallback(async (login: string, password: string) => {
    setSession(await signIn(login, password));
    setEnded(false);
  }, []);
  const leave = useCallback(async () => {
    await signOut();
    setEnded(false);
    setSession(null);
  }, []);
  const lost = useCallback(() => {
    setEnded(true);
    setSession(null);
  }, []);

  const account = useMemo(() => ({ session, ended, enter, leave, lost }), [session, ended, enter, leave, lost]);
  return <Context value={account}>{children}</Context>;
}

export function useAccount(): Account {
  const account = useContext(Context);
  if (!account) {
    throw new Error("useAccount outside of AccountProvider");
  }
  return account;
}
