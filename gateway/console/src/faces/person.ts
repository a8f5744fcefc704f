import { ru } from "../locale/ru";

/** Somebody as people call them; whoever was erased is called so by the server. */
export function nameOf({ name, login }: { name: string | null; login: string | null }): string {
  return name || login || ru.faces.unnamed;
}
