import { checkFields, type Fields, isFields, jsonFields, text } from "./fields.ts";
import { type ServiceAccount, serviceAccounts } from "./grafana-cloud-accounts.ts";
import { type Answer, type Asked, type Fake, Refusal, route, startFake } from "./server.ts";

/** An access policy's token as the fake keeps it. */
interface Token {
  readonly id: string;
  readonly name: string;
  readonly accessPolicyId: string;
  readonly displayName: string;
  readonly value: string;
  readonly createdAt: string;
  readonly expiresAt: string | undefined;
}

interface Stack {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly regionSlug: string;
  deleteProtection: boolean;
}

interface Policy {
  readonly id: string;
  readonly region: string;
  readonly name: string;
  readonly displayName: string;
  readonly scopes: readonly string[];
  readonly realms: readonly unknown[];
  readonly createdAt: string;
}

export interface GrafanaCloudOptions {
  /** The token made by hand, and its scopes. */
  readonly token: string;
  readonly scopes: readonly string[];
  /** Stacks that exist. Default: none. */
  readonly stacks?: readonly { readonly slug: string; readonly regionSlug: string }[];
  /** Stacks the plan has room for. Default: 1, as on the free plan. */
  readonly maxStacks?: number;
  /** Address of the stacks' own Grafana and of their OTLP gateway. */
  readonly stackUrl?: string;
  readonly otlpUrl?: string;
}

export interface GrafanaCloud extends Fake {
  readonly stacks: readonly Stack[];
  readonly policies: readonly Policy[];
  readonly tokens: readonly Token[];
  readonly serviceAccounts: readonly ServiceAccount[];
}

/** The cloud's API: stacks, access policies, their tokens, service accounts of a stack. */
export async function startGrafanaCloud(options: GrafanaCloudOptions): Promise<GrafanaCloud> {
  const stacks: Stack[] = [];
  const policies: Policy[] = [];
  const tokens: Token[] = [];
  let serial = 100;
  const next = () => ++serial;
  const addStack = (slug: string, name: string, regionSlug: string): Stack => {
    const stack = { id: next(), slug, name, regionSlug, deleteProtection: false };
    stacks.push(stack);
    return stack;
  };
  for (const { slug, regionSlug } of options.stacks ?? []) addStack(slug, slug, regionSlug);

  const scopesOf = (asked: Asked): readonly string[] => {
    const [scheme, given = ""] = (asked.headers.authorization ?? "").split(" ");
    if (scheme !== "Bearer" || given === "") throw refusal(401, "Unauthorized", "no token in the request");
    if (given === options.token) return options.scopes;
    const token = tokens.find(({ value }) => value === given);
    const policy = policies.find(({ id }) => id === token?.accessPolicyId);
    if (policy === undefined) throw refusal(401, "InvalidCredentials", "Token is invalid");
    return policy.scopes;
  };
  const needs = (asked: Asked, scope: string): void => {
    if (!scopesOf(asked).includes(scope))
      throw refusal(403, "InvalidCredentials", `Token does not have the required scope ${scope}`);
  };
  const stackOf = (key: string | undefined): Stack => {
    const stack = stacks.find(({ id, slug }) => String(id) === key || slug === key);
    if (stack === undefined) throw refusal(404, "NotFound", "Instance not found");
    return stack;
  };
  const shownStack = ({ id, slug, name, regionSlug, deleteProtection }: Stack) => ({
    id,
    slug,
    name,
    regionSlug,
    deleteProtection,
    status: "active",
    orgId: 1,
    orgSlug: "games",
    clusterSlug: "prod-1",
    url: options.stackUrl ?? `https://${slug}.grafana.invalid`,
    otlpHttpUrl: options.otlpUrl ?? "https://otlp.invalid",
    hmInstancePromId: id + 1000,
    hlInstanceId: id + 2000,
    htInstanceId: id + 3000,
  });
  const region = (asked: Asked): string => {
    const given = asked.query.get("region");
    if (!given) throw refusal(409, "InvalidArgument", "Query parameter region is required");
    return given;
  };
  const body = (asked: Asked, required: readonly string[], optional: readonly string[] = []): Fields => {
    const fields = jsonFields(asked.body, bad);
    checkFields(fields, { required, optional }, bad);
    return fields;
  };

  const stackRoutes = (asked: Asked) => ({
    "GET /api/instances/:key": ({ key }: Fields) => {
      needs(asked, "stacks:read");
      return ok(shownStack(stackOf(text(key))));
    },
    "GET /api/instances/:key/connections": ({ key }: Fields) => {
      needs(asked, "stacks:read");
      stackOf(text(key));
      return ok({});
    },
    "GET /api/v1/stacks": () => {
      needs(asked, "stacks:read");
      return ok({ items: stacks.map(shownStack) });
    },
    "GET /api/v1/stacks/:key/readiness": ({ key }: Fields) => {
      stackOf(text(key));
      return ok({ ready: true });
    },
    "GET /api/v1/stacks/:key/connections": ({ key }: Fields) => {
      needs(asked, "stacks:read");
      stackOf(text(key));
      return ok({});
    },
    "POST /api/v1/stacks": () => {
      needs(asked, "stacks:write");
      const given = body(asked, ["name", "slug"], ["region", "description", "labels", "url", "deleteProtection"]);
      const slug = text(given.slug);
      if (!/^[a-z][a-z0-9]{0,28}$/.test(slug)) bad("slug: only small letters and digits, at most 29");
      if (stacks.some((stack) => stack.slug === slug))
        throw refusal(409, "Conflict", "That URL has already been taken");
      if (stacks.length >= (options.maxStacks ?? 1)) throw refusal(403, "Forbidden", "Hosted instance limit reached");
      return ok(shownStack(addStack(slug, text(given.name), text(given.region) || "us")), 201);
    },
    "POST /api/v1/stacks/:key": ({ key }: Fields) => {
      needs(asked, "stacks:write");
      const stack = stackOf(text(key));
      const given = body(asked, [], ["name", "description", "labels", "url", "deleteProtection"]);
      if (typeof given.deleteProtection === "boolean") stack.deleteProtection = given.deleteProtection;
      return ok(shownStack(stack));
    },
    "DELETE /api/instances/:key": ({ key }: Fields) => {
      needs(asked, "stacks:delete");
      const stack = stackOf(text(key));
      if (stack.deleteProtection) throw refusal(409, "Conflict", "Stack has delete protection enabled");
      stacks.splice(stacks.indexOf(stack), 1);
      return ok(shownStack(stack));
    },
  });

  const policyRoutes = (asked: Asked) => ({
    "GET /api/v1/accesspolicies": () => {
      needs(asked, "accesspolicies:read");
      region(asked);
      return ok({ items: policies });
    },
    "GET /api/v1/accesspolicies/:id": ({ id }: Fields) => {
      needs(asked, "accesspolicies:read");
      return ok(known(policies, id));
    },
    "POST /api/v1/accesspolicies": () => {
      needs(asked, "accesspolicies:write");
      const inRegion = region(asked);
      const given = body(asked, ["name", "scopes", "realms"], ["displayName", "conditions"]);
      const scopes = Array.isArray(given.scopes) ? given.scopes.map(String) : [];
      const realms = Array.isArray(given.realms) ? given.realms : [];
      const wrong = scopes.find((scope) => !/^[a-z0-9-]+:(read|write|delete)$/.test(scope));
      if (scopes.length === 0 || wrong !== undefined) bad(`scopes: ${wrong ?? "none given"}`);
      for (const realm of realms) {
        if (!isFields(realm) || !["stack", "org"].includes(text(realm.type))) bad("realms: type must be stack or org");
        const stack = stacks.find(({ id }) => isFields(realm) && String(id) === realm.identifier);
        if (isFields(realm) && realm.type === "stack" && stack?.regionSlug !== inRegion)
          bad(`realms: no stack ${text(realm.identifier)} in region ${inRegion}`);
      }
      if (policies.some(({ name }) => name === given.name)) throw refusal(409, "Conflict", "name is already in use");
      const name = text(given.name);
      const policy = {
        id: `policy-${next()}`,
        orgId: "1",
        region: inRegion,
        name,
        displayName: text(given.displayName) || name,
        scopes,
        realms,
        createdAt: NOW,
      };
      policies.push(policy);
      return ok(policy);
    },
    "DELETE /api/v1/accesspolicies/:id": ({ id }: Fields) => {
      needs(asked, "accesspolicies:delete");
      remove(policies, id);
      for (const token of tokens.filter(({ accessPolicyId }) => accessPolicyId === id)) remove(tokens, token.id);
      return { status: 204 };
    },
    "GET /api/v1/tokens/:id": ({ id }: Fields) => {
      needs(asked, "accesspolicies:read");
      return ok(hidden(known(tokens, id)));
    },
    "POST /api/v1/tokens": () => {
      needs(asked, "accesspolicies:write");
      region(asked);
      const given = body(asked, ["accessPolicyId", "name"], ["displayName", "expiresAt"]);
      known(policies, given.accessPolicyId);
      if (tokens.some(({ name }) => name === given.name)) throw refusal(409, "Conflict", "name is already in use");
      const id = `token-${next()}`;
      const token: Token = {
        id,
        name: text(given.name),
        displayName: text(given.displayName) || text(given.name),
        accessPolicyId: text(given.accessPolicyId),
        value: `glc_${id}_secret`,
        createdAt: NOW,
        expiresAt: text(given.expiresAt) || undefined,
      };
      tokens.push(token);
      return ok({ ...hidden(token), token: token.value });
    },
    "DELETE /api/v1/tokens/:id": ({ id }: Fields) => {
      needs(asked, "accesspolicies:delete");
      remove(tokens, id);
      return { status: 204 };
    },
  });

  const service = serviceAccounts({ needs, hasStack: (slug) => stackOf(slug) !== undefined, body, next, refusal });

  const fake = await startFake((asked) => {
    scopesOf(asked);
    const routes = { ...service.routes(asked), ...policyRoutes(asked), ...stackRoutes(asked) };
    return route(asked, routes) ?? { status: 404, body: { code: "NotFound", message: "no such path" } };
  });
  return { ...fake, stacks, policies, tokens, serviceAccounts: service.accounts };
}

const NOW = "2026-11-24T00:00:00.000Z";

const ok = (body: unknown, status = 200): Answer => ({ status, body });

const refusal = (status: number, code: string, message: string): Refusal => new Refusal(status, { code, message });

function bad(why: string): never {
  throw refusal(409, "InvalidArgument", why);
}

const hidden = ({ value: _value, ...shown }: Token) => shown;

function known<T extends { readonly id: string }>(list: readonly T[], id: unknown): T {
  const found = list.find((one) => one.id === id);
  if (found === undefined) throw refusal(404, "NotFound", "not found");
  return found;
}

function remove<T extends { readonly id: string }>(list: T[], id: unknown): void {
  list.splice(list.indexOf(known(list, id)), 1);
}
