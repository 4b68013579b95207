/** What a container may take of its machine: memory, rights, and how it comes back. */
import { isMap, type PropertyMap, type PropertyValue } from "../../offline/properties.ts";
import { type Container, containersOf, isTask, knownText, knownTexts } from "../containers.ts";
import type { Finding, Rule } from "../rule.ts";

/** A rule of which each container is judged by itself. */
function each(
  rule: Omit<Rule, "find" | "needs">,
  find: (container: Container) => Iterable<Omit<Finding, "resource">>,
): Rule {
  return {
    ...rule,
    needs: "resource",
    *find(stack) {
      for (const container of containersOf(stack))
        for (const found of find(container)) yield { resource: container.resource, ...found };
    },
  };
}

export const memoryLimit = each(
  {
    id: "memory-limit",
    severity: "warning",
    explain:
      "A container without a memory limit takes its neighbours' memory until the machine's killer chooses one of them. Allowed: a limit, and no swap beyond it.",
  },
  function* ({ inputs: { memory, memorySwap } }) {
    if (typeof memory !== "number" || memory <= 0) {
      yield { at: "memory", message: "it has no memory limit", fix: "set memory to the MiB that it may take" };
    } else if (memorySwap === -1) {
      yield { at: "memorySwap", message: "it may swap without end", fix: "set memorySwap to the value of memory" };
    }
  },
);

const RESTARTS = ["always", "unless-stopped", "on-failure"];

export const restartPolicy = each(
  {
    id: "restart-policy",
    severity: "warning",
    explain:
      "A container that nothing starts again is gone after its first crash or the machine's next start. Allowed: unless-stopped, always, on-failure; a task that ends (mustRun: false) needs none.",
  },
  function* (container) {
    const { restart } = container.inputs;
    if (isTask(container) || RESTARTS.includes(String(restart))) return;
    const fix = "set restart to unless-stopped, or mustRun to false if it is a task that ends";
    yield { at: "restart", message: "nothing starts it again when it ends", fix };
  },
);

/** Capabilities with which a process leaves its container or reads what is not its own. */
const POWERFUL = new Set(
  ["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "SYS_BOOT", "SYS_TIME", "BPF", "PERFMON"]
    .concat(["NET_ADMIN", "DAC_READ_SEARCH", "MAC_ADMIN", "MAC_OVERRIDE", "SYSLOG"])
    .flatMap((name) => [name, `CAP_${name}`]),
);

export const privileges = each(
  {
    id: "privileges",
    severity: "error",
    explain:
      "A process with root's rights in its container is one mistake of the kernel away from root on the machine. Allowed: a numeric user or the image's own, never privileged, without new privileges; root only with all capabilities dropped.",
  },
  function* ({ inputs }) {
    if (inputs.privileged === true) {
      yield { at: "privileged", message: "it is privileged: root on the engine's machine", fix: "remove privileged" };
    }
    if (!knownTexts(inputs.securityOpts).some((option) => /^no-new-privileges([:=]true)?$/.test(option))) {
      const fix = 'add "no-new-privileges:true" to securityOpts';
      yield { at: "securityOpts", message: "a setuid program in it may gain root's rights", fix };
    }
    for (const option of knownTexts(inputs.securityOpts)) {
      if (!/^(seccomp|apparmor)[:=]unconfined$/.test(option)) continue;
      yield { at: "securityOpts", message: `${option} takes the engine's filter away`, fix: `remove ${option}` };
    }
    const { adds, drops } = capabilitiesOf(inputs);
    if (isRoot(knownText(inputs.user)) && !drops.includes("ALL")) {
      const fix = 'name a numeric user such as "10001:10001", or drop ALL capabilities';
      yield { at: "user", message: "it runs as root with the engine's capabilities", fix };
    }
    for (const name of adds.filter((capability) => POWERFUL.has(capability.toUpperCase()))) {
      const fix = `remove ${name}, or give the work that needs it to a container that only does that`;
      yield { at: "capabilities.adds", message: `${name} lets it act outside its container`, fix };
    }
  },
);

const isRoot = (user: string | undefined): boolean => user !== undefined && /^(root|0+)(:|$)/.test(user);

function capabilitiesOf({ capabilities }: PropertyMap): {
  readonly adds: readonly string[];
  readonly drops: readonly string[];
} {
  const given: PropertyMap = isMap(capabilities as PropertyValue) ? (capabilities as PropertyMap) : {};
  return { adds: knownTexts(given.adds), drops: knownTexts(given.drops).map((name) => name.toUpperCase()) };
}

export const hostNamespace = each(
  {
    id: "host-namespace",
    severity: "error",
    explain:
      "A container in the machine's own network, process or IPC namespace listens on every address, sees every process and reads their memory segments. Allowed: networks of the stack, or none.",
  },
  function* ({ inputs }) {
    for (const key of ["networkMode", "pidMode", "ipcMode", "usernsMode"]) {
      if (inputs[key] !== "host") continue;
      const fix = key === "networkMode" ? "name a network of the stack in networksAdvanced" : `remove ${key}`;
      yield { at: key, message: "it shares the machine's namespace", fix };
    }
  },
);
