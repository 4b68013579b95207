/** The only file that knows the SDK; what it serves is in tools.ts. Not part of the program's type check, since its packages are its own. */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema, type Tool } from "@modelcontextprotocol/sdk/types.js";
import { answerText, withoutSecrets } from "./answer.ts";
import { callTool, inputSchema, TOOLS } from "./tools.ts";

/** Serves until the client closes its end. */
export async function serve(stack: string, version: string): Promise<void> {
  const server = new Server(
    { name: "game-scheduler-otel", version },
    {
      capabilities: { tools: {} },
      instructions: `Observability of the running stack "${stack}", read only. Begin with the tool stack; for a problem: firing, alert, board, then metrics, logs and traces.`,
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS.map(listed) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const { answer, problem, secrets } = await callTool(stack, params.name, params.arguments);
    const text = problem === undefined ? answerText(answer, secrets) : withoutSecrets(problem, secrets);
    return { content: [{ type: "text", text }], ...(problem !== undefined && { isError: true }) };
  });
  const closed = Promise.withResolvers<void>();
  server.onclose = () => closed.resolve();
  process.stdin.once("end", () => closed.resolve());
  await server.connect(new StdioServerTransport());
  await closed.promise;
}

function listed(tool: (typeof TOOLS)[number]): Tool {
  const { name, description } = tool;
  const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
  return { name, description, inputSchema: inputSchema(tool) as Tool["inputSchema"], annotations };
}
