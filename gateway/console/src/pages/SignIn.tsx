import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { Navigate, useLocation } from "react-router";
import { Problem } from "../api/errors";
import { Mark } from "../components/Mark";
import { Waiting } from "../components/Waiting";
import { ru, sentence } from "../locale/ru";
import { useAccount } from "../state/Account";

interface Fields {
  login: string;
  password: string;
}

export function SignIn() {
  const { session, ended, enter } = useAccount();
  const state = useLocation().state as { from?: string } | null;
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);

  if (session === undefined) {
    return <Waiting />;
  }
  if (session) {
    return <Navigate to={state?.from ?? "/incidents"} replace />;
  }
  const submit = async ({ login, password }: Fields) => {
    setBusy(true);
    setProblem(null);
    try {
      await enter(login, password);
    } catch (error) {
      setBusy(false);
      setProblem(error instanceof Problem ? text(error) : sentence("internal"));
    }
  };
  return (
    <div className="sign-in">
      <div className="sign-in-card">
        <div className="sign-in-brand">
          <Mark size={44} />
          <div>
            <h1>{ru.product}</h1>
            <p>{ru.tagline}</p>
          </div>
        </div>
        {ended && !problem ? <Alert type="warning" showIcon title={ru.signIn.expired} /> : null}
        {problem ? <Alert type="error" showIcon title={problem} role="alert" /> : null}
        <Form<Fields> layout="vertical" requiredMark={false} size="large" onFinish={(fields) => void submit(fields)}>
          <Form.Item
            name="login"
            label={ru.signIn.login}
            rules={[{ required: true, whitespace: true, message: ru.signIn.loginMissing }]}
          >
            <Input autoFocus autoComplete="username" maxLength={64} />
          </Form.Item>
          <Form.Item
            name="password"
            label={ru.signIn.password}
            rules={[{ required: true, message: ru.signIn.passwordMissing }]}
          >
            <Input.Password autoComplete="current-password" maxLength={256} />
          </Form.Item>
          <Button type="primary" htmlType="submit" block loading={busy}>
            {ru.signIn.submit}
          </Button>
        </Form>
      </div>
    </div>
  );
}

function text(problem: Problem): string {
  return problem.code === "locked" && problem.retryAfterS ? ru.lockedFor(problem.retryAfterS) : sentence(problem.code);
}
