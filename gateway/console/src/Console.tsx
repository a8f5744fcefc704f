import { App, ConfigProvider } from "antd";
import russian from "antd/locale/ru_RU";
import dayjs from "dayjs";
import "dayjs/locale/ru";
import { BrowserRouter, Navigate, Outlet, Route, Routes, useLocation } from "react-router";
import { useQuery } from "urql";
import { codeOf } from "./api/errors";
import { Boundary } from "./components/Boundary";
import { paged } from "./components/paged";
import { Shell } from "./components/Shell";
import { Trouble } from "./components/Trouble";
import { Waiting } from "./components/Waiting";
import { MeDocument } from "./gql/documents";
import { SignIn } from "./pages/SignIn";
import { AccountProvider, useAccount } from "./state/Account";
import { IncidentsProvider } from "./state/Incidents";
import { LinkProvider } from "./state/Link";
import { PlantTimeProvider } from "./state/PlantTime";
import { RightsProvider } from "./state/Rights";
import { kaskaTheme } from "./theme";

dayjs.locale("ru");

const IncidentList = paged(() => import("./pages/IncidentList"));
const IncidentPage = paged(() => import("./pages/IncidentPage"));
const PassportPage = paged(() => import("./pages/PassportPage"));
const Cameras = paged(() => import("./pages/Cameras"));
const CameraPage = paged(() => import("./pages/CameraPage"));
const CameraSetup = paged(() => import("./pages/CameraSetup"));
const Recordings = paged(() => import("./pages/Recordings"));
const WhatIf = paged(() => import("./pages/WhatIf"));
const Ledger = paged(() => import("./pages/Ledger"));
const Registers = paged(() => import("./pages/Registers"));
const Audit = paged(() => import("./pages/Audit"));
const Vehicles = paged(() => import("./pages/Vehicles"));
const People = paged(() => import("./pages/People"));
const Faces = paged(() => import("./pages/Faces"));
const Statistics = paged(() => import("./pages/Statistics"));

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

/** Not the body: dialogues over the body lock its scrolling by a style element that carries no nonce. */
const container = () => document.querySelector<HTMLElement>(".app") ?? document.body;

export function Console() {
  return (
    <ConfigProvider locale={russian} theme={kaskaTheme} csp={{ nonce }} wave={{ disabled: true }} getPopupContainer={container}>
      <App className="app">
        <BrowserRouter>
          <AccountProvider>
            <Pages />
          </AccountProvider>
        </BrowserRouter>
      </App>
    </ConfigProvider>
  );
}

function Pages() {
  return (
    <Routes>
      <Route path="/sign-in" element={<SignIn />} />
      <Route element={<SignedIn />}>
        <Route path="/incidents" element={<IncidentList />} />
        <Route path="/incidents/unprocessed" element={<Registers />} />
        <Route path="/incidents/violations" element={<Registers />} />
        <Route path="/incidents/:id" element={<IncidentPage />} />
        <Route path="/incidents/:id/passport" element={<PassportPage />} />
        <Route path="/cameras" element={<Cameras />} />
        <Route path="/cameras/:id" element={<CameraPage />} />
        <Route path="/cameras/:id/setup" element={<CameraSetup />} />
        <Route path="/recordings" element={<Recordings />} />
        <Route path="/what-if" element={<WhatIf />} />
        <Route path="/what-if/:id" element={<WhatIf />} />
        <Route path="/ledger" element={<Ledger />} />
        <Route path="/vehicles" element={<Vehicles />} />
        <Route path="/vehicles/:view" element={<Vehicles />} />
        <Route path="/people" element={<People />} />
        <Route path="/faces" element={<Faces />} />
        <Route path="/faces/:view" element={<Faces />} />
        <Route path="/statistics" element={<Statistics />} />
        <Route path="/audit" element={<Audit />} />
        <Route path="*" element={<Navigate to="/incidents" replace />} />
      </Route>
    </Routes>
  );
}

function SignedIn() {
  const { session } = useAccount();
  const { pathname } = useLocation();
  if (session === undefined) {
    return <Waiting />;
  }
  if (session === null) {
    return <Navigate to="/sign-in" replace state={{ from: pathname }} />;
  }
  return (
    <LinkProvider>
      <AtThePlant />
    </LinkProvider>
  );
}

function AtThePlant() {
  const [{ data, error }, again] = useQuery({ query: MeDocument });
  const { pathname } = useLocation();
  if (!data) {
    return error ? <Trouble code={codeOf(error)} onRetry={() => again({ requestPolicy: "network-only" })} /> : <Waiting />;
  }
  return (
    <PlantTimeProvider zone={data.me.plantTz}>
      <RightsProvider rights={data.me.rights}>
        <IncidentsProvider>
          <Shell>
            <Boundary at={pathname}>
              <Outlet />
            </Boundary>
          </Shell>
        </IncidentsProvider>
      </RightsProvider>
    </PlantTimeProvider>
  );
}
