import type { CombinedError } from "urql";

/** A problem with a stable code; the sentence comes from the locale. */
export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly retryAfterS: number | null = null,
  ) {
    super(code);
  }
}

/** The code of a failed GraphQL operation. */
export function codeOf(error: CombinedError): string {
  if (error.networkError) {
    return error.response && (error.response as Response).status === 401 ? "signed_out" : "network";
  }
  const code = error.graphQLErrors[0]?.extensions?.["code"];
  return typeof code === "string" ? code : "internal";
}
