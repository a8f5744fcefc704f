import { Button, Result } from "antd";
import { Component, type ReactNode } from "react";
import { ru } from "../locale/ru";

interface Props {
  /** the page's address: another page is drawn anew */
  at: string;
  children: ReactNode;
}

interface State {
  brokenAt: string | null;
}

/** Keeps the bar usable when a page breaks. */
export class Boundary extends Component<Props, State> {
  state: State = { brokenAt: null };

  static getDerivedStateFromError(): State {
    return { brokenAt: window.location.pathname };
  }

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return state.brokenAt !== null && state.brokenAt !== props.at ? { brokenAt: null } : null;
  }

  render() {
    if (this.state.brokenAt === null) {
      return this.props.children;
    }
    const again = <Button onClick={() => this.setState({ brokenAt: null })}>{ru.retry}</Button>;
    return <Result status="error" title={ru.broken} subTitle={ru.brokenHint} extra={again} />;
  }
}
