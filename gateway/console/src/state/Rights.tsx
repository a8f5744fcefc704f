import { createContext, type ReactNode, useContext } from "react";
import type { MeQuery } from "../gql/documents";

type Right = MeQuery["me"]["rights"][number];

const Context = createContext<readonly Right[]>([]);

/** The rights that the signed-in person holds somewhere; what may be done on which camera, the server says. */
export function RightsProvider({ rights, children }: { rights: readonly Right[]; children: ReactNode }) {
  return <Context value={rights}>{children}</Context>;
}

/** Whether it makes sense to offer something. */
export function useMay(right: Right): boolean {
  return useContext(Context).includes(right);
}
