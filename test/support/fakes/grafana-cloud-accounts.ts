import { type Fields, text } from "./fields.ts";
import type { Answer, Asked, Refusal } from "./server.ts";

export interface ServiceAccount {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly role: string;
  readonly tokens: { readonly id: number; readonly name: string }[];
}

/** What this part takes from the cloud's API. */
export interface Surroundings {
  /** Refuses a request whose token lacks the scope. */
  readonly needs: (asked: Asked, scope: string) => void;
  /** Refuses a slug that no stack has. */
  readonly hasStack: (slug: string) => boolean;
  readonly body: (asked: Asked, required: readonly string[], optional?: readonly string[]) => Fields;
  readonly next: () => number;
  readonly refusal: (status: number, code: string, message: string) => Refusal;
}

const BASE = "/api/instances/:slug/api/serviceaccounts";
const SCOPE = "stack-service-accounts:write";

/** Service accounts of stacks, and their tokens. A name is taken once; a token's key is shown once. */
export function serviceAccounts({ needs, hasStack, body, next, refusal }: Surroundings) {
  const accounts: ServiceAccount[] = [];
  const account = (slug: unknown, id: unknown): ServiceAccount => {
    const found = accounts.find((one) => one.slug === slug && String(one.id) === id);
    if (found === undefined) throw refusal(404, "NotFound", "service account not found");
    return found;
  };

  const routes = (asked: Asked) => ({
    [`POST ${BASE}`]: ({ slug }: Fields): Answer => {
      needs(asked, SCOPE);
      hasStack(text(slug));
      const given = body(asked, ["name", "role"], ["isDisabled"]);
      if (!["Viewer", "Editor", "Admin", "None"].includes(text(given.role)))
        throw refusal(409, "InvalidArgument", "role: Viewer, Editor, Admin or None");
      if (accounts.some((one) => one.slug === slug && one.name === given.name))
        throw refusal(409, "Conflict", "service account already exists");
      const made = { id: next(), slug: text(slug), name: text(given.name), role: text(given.role), tokens: [] };
      accounts.push(made);
      return { status: 201, body: shown(made) };
    },
    [`GET ${BASE}/:id`]: ({ slug, id }: Fields): Answer => {
      needs(asked, SCOPE);
      return { status: 200, body: shown(account(slug, id)) };
    },
    [`DELETE ${BASE}/:id`]: ({ slug, id }: Fields): Answer => {
      needs(asked, SCOPE);
      accounts.splice(accounts.indexOf(account(slug, id)), 1);
      return { status: 200, body: { message: "Service account deleted" } };
    },
    [`GET ${BASE}/:id/tokens`]: ({ slug, id }: Fields): Answer => {
      needs(asked, SCOPE);
      return { status: 200, body: account(slug, id).tokens };
    },
    [`POST ${BASE}/:id/tokens`]: ({ slug, id }: Fields): Answer => {
      needs(asked, SCOPE);
      const given = body(asked, ["name"], ["secondsToLive"]);
      const owner = account(slug, id);
      if (owner.tokens.some(({ name }) => name === given.name)) throw refusal(409, "Conflict", "token name is taken");
      const token = { id: next(), name: text(given.name) };
      owner.tokens.push(token);
      return { status: 200, body: { ...token, key: `glsa_${token.id}_secret` } };
    },
    [`DELETE ${BASE}/:id/tokens/:token`]: ({ slug, id, token }: Fields): Answer => {
      needs(asked, SCOPE);
      const { tokens } = account(slug, id);
      const at = tokens.findIndex((one) => String(one.id) === token);
      if (at < 0) throw refusal(404, "NotFound", "token not found");
      tokens.splice(at, 1);
      return { status: 200, body: { message: "Service account token deleted" } };
    },
  });
  return { routes, accounts };
}

/** As Grafana shows an account: its tokens are a number here. */
const shown = ({ id, name, role, tokens }: ServiceAccount) => ({
  id,
  name,
  role,
  login: `sa-${name}`,
  orgId: 1,
  isDisabled: false,
  tokens: tokens.length,
});
