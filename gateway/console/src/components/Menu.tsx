import {
  AlertOutlined,
  AuditOutlined,
  BarChartOutlined,
  CarOutlined,
  ExperimentOutlined,
  EyeOutlined,
  PlaySquareOutlined,
  SmileOutlined,
  TableOutlined,
  TeamOutlined,
  VideoCameraOutlined,
} from "@ant-design/icons";
import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { ru } from "../locale/ru";
import { useMay } from "../state/Rights";

interface Entry {
  to: string;
  words: string;
  icon: ReactNode;
}

/** What a person works on, what is watched, what is asked of it; from the daily to the rare. */
const GROUPS: Entry[][] = [
  [
    { to: "/incidents", words: ru.nav.incidents, icon: <AlertOutlined aria-hidden /> },
    { to: "/incidents/unprocessed", words: ru.nav.registers, icon: <TableOutlined aria-hidden /> },
  ],
  [
    { to: "/cameras", words: ru.nav.cameras, icon: <VideoCameraOutlined aria-hidden /> },
    { to: "/recordings", words: ru.nav.recordings, icon: <PlaySquareOutlined aria-hidden /> },
    { to: "/ledger", words: ru.nav.ledger, icon: <EyeOutlined aria-hidden /> },
    { to: "/vehicles", words: ru.nav.vehicles, icon: <CarOutlined aria-hidden /> },
    { to: "/people", words: ru.nav.people, icon: <TeamOutlined aria-hidden /> },
    { to: "/faces", words: ru.nav.faces, icon: <SmileOutlined aria-hidden /> },
  ],
  [
    { to: "/statistics", words: ru.nav.statistics, icon: <BarChartOutlined aria-hidden /> },
    { to: "/what-if", words: ru.nav.whatIf, icon: <ExperimentOutlined aria-hidden /> },
    { to: "/audit", words: ru.nav.audit, icon: <AuditOutlined aria-hidden /> },
  ],
];
const REGISTERS = ["/incidents/unprocessed", "/incidents/violations"];

export function Menu() {
  const here = sectionOf(useLocation().pathname);
  const hidden = useMay("VIEW_FACES") ? "" : "/faces";
  return (
    <nav className="bar-nav">
      {GROUPS.map((entries) => (
        <span key={entries[0]?.to} className="bar-group">
          {entries.filter(({ to }) => to !== hidden).map(({ to, words, icon }) => (
            <Link key={to} to={to} className={to === here ? "active" : ""} aria-current={to === here ? "page" : undefined}>
              {icon}
              {words}
            </Link>
          ))}
        </span>
      ))}
    </nav>
  );
}

/** The menu's entry that a page belongs to; both registers lie under the incidents' address. */
function sectionOf(path: string): string {
  return REGISTERS.includes(path) ? "/incidents/unprocessed" : `/${path.split("/")[1] ?? ""}`;
}
