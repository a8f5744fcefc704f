import { LogoutOutlined, QuestionCircleOutlined, UserOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tooltip } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { NavLink } from "react-router";
import { ru } from "../locale/ru";
import { useAccount } from "../state/Account";
import { useLink } from "../state/Link";
import { usePlantTime } from "../state/PlantTime";
import { KeysHelp } from "./KeysHelp";
import { Mark } from "./Mark";
import { Menu } from "./Menu";
import { useKeys } from "./useKeys";

/** The bar above every page, and the page. */
export function Shell({ children }: { children: ReactNode }) {
  const [help, setHelp] = useState(false);
  useKeys({ "?": () => setHelp((shown) => !shown) });
  return (
    <div className="shell">
      <header className="bar">
        <NavLink to="/incidents" className="bar-brand" aria-label={ru.product}>
          <Mark size={26} />
          <span>{ru.product}</span>
        </NavLink>
        <Menu />
        <div className="bar-side">
          <LinkLamp />
          <Clock />
          <Tooltip title={ru.nav.help}>
            <Button
              type="text"
              icon={<QuestionCircleOutlined />}
              aria-label={ru.nav.help}
              onClick={() => setHelp(true)}
            />
          </Tooltip>
          <AccountMenu />
        </div>
      </header>
      <main className="page">{children}</main>
      <KeysHelp open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function LinkLamp() {
  const { connected } = useLink();
  const text = connected ? ru.nav.connected : ru.nav.disconnected;
  return (
    <Tooltip title={text}>
      <span className={connected ? "lamp lamp-on" : "lamp"} role="status" aria-label={text}>
        {connected ? null : text}
      </span>
    </Tooltip>
  );
}

function Clock() {
  const time = usePlantTime();
  const [now, setNow] = useState(time.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(time.now()), 1000);
    return () => clearInterval(timer);
  }, [time]);
  return (
    <Tooltip title={time.zone}>
      <time className="clock">{now}</time>
    </Tooltip>
  );
}

function AccountMenu() {
  const { session, leave } = useAccount();
  const login = session?.login ?? "";
  const items = [{ key: "leave", icon: <LogoutOutlined />, label: ru.nav.signOut, onClick: () => void leave() }];
  return (
    <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
      <Button type="text" icon={<UserOutlined />} aria-label={ru.nav.account(login)}>
        {login}
      </Button>
    </Dropdown>
  );
}
