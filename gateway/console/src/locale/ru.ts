/** Every Russian word of the console, by page; the words are those of GLOSSARY.md. */
import { access } from "./access";
import { cameras, retention } from "./cameras";
import { errors } from "./errors";
import { faces } from "./faces";
import { machines } from "./machines";
import { custody, expiryCause, incident, permit, review } from "./incident";
import { list, periods, sorts } from "./incidents";
import { ledger } from "./ledger";
import * as ruleWords from "./kinds";
import * as names from "./names";
import { passport } from "./passport";
import { recordings } from "./recordings";
import { audit, history, registers } from "./registers";
import { setup } from "./setup";
import { keys, nav, signIn } from "./shell";
import { statistics } from "./statistics";
import { teaching } from "./teaching";
import { people, plateFormat, vehicles } from "./vehicles";
import { whatIf } from "./whatIf";

export const ru = {
  product: "Каска",
  tagline: "Видеоаналитика производственной безопасности",
  ...names,

  nav,
  signIn,
  keys,

  list,
  periods,
  sorts,
  incident,
  review,
  custody,
  permit,
  expiryCause,
  history,
  passport,

  cameras,
  retention,
  setup,
  ruleWords,
  recordings,
  ledger,
  statistics,
  vehicles,
  plateFormat,
  people,
  access,
  faces,
  machines,
  teaching,
  whatIf,
  registers,
  audit,

  errors,
  lockedFor: (s: number) => `Слишком много неверных попыток. Подождите ${s} с и попробуйте снова.`,
  loading: "Загрузка…",
  retry: "Повторить",
  broken: "Страница сломалась",
  brokenHint: "Ваши решения не потеряны: они записываются сразу. Откройте страницу ещё раз.",
  megabytes: (n: string) => `${n} МБ`,
  kilobytes: (n: string) => `${n} КБ`,
  today: "сегодня",
  yesterday: "вчера",
};

/** The Russian sentence for a code; an unknown one shows itself in the general sentence. */
export function sentence(code: string): string {
  return ru.errors[code] ?? `${ru.errors.internal} (${code})`;
}
