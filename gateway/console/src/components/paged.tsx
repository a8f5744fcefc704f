import { type ComponentType, useEffect, useState } from "react";
import { Trouble } from "./Trouble";
import { Waiting } from "./Waiting";

type Failure = "network" | "console_updated";

/** Why a page's code did not come: there is no server, or it has another build than the one that is open. */
async function whyNot(): Promise<Failure> {
  return fetch(window.location.pathname, { cache: "no-store" }).then(
    () => "console_updated",
    () => "network",
  );
}

/** A page whose code comes when it is first opened; when it cannot come, the person may ask again. */
export function paged(load: () => Promise<{ default: ComponentType }>): ComponentType {
  let known: ComponentType | null = null;
  return function Paged() {
    const [Page, setPage] = useState<ComponentType | null>(() => known);
    const [failed, setFailed] = useState<Failure | null>(null);
    useEffect(() => {
      if (Page || failed) {
        return;
      }
      load().then(
        (module) => {
          known = module.default;
          setPage(() => module.default);
        },
        () => void whyNot().then(setFailed),
      );
    }, [Page, failed]);
    if (Page) {
      return <Page />;
    }
    const again = () => (failed === "network" ? setFailed(null) : window.location.reload());
    return failed ? <Trouble code={failed} onRetry={again} /> : <Waiting />;
  };
}
