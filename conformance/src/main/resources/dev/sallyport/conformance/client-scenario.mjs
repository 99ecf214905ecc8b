// What the suite runs as "the client" in a client scenario: it puts the suite's server behind a gateway that runs
// already, and lets agents of both eras do there what the scenario needs. What the suite sees is the gateway.
//
// node client-scenario.mjs READY_FILE URL
// READY_FILE is what `sallyport up --ready-file` wrote. The suite sets MCP_CONFORMANCE_SCENARIO and, for some,
// MCP_CONFORMANCE_CONTEXT. What does not hold is said on standard output, on a line that begins with "not so: ".
import { readFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const SOON_MS = 20_000;
const LOOK_AGAIN_MS = 50;

const [readyFile, url] = process.argv.slice(2);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
const steps = {
  initialize: async (agent) => void (await agent.client.listTools()),
  'request-metadata': async (agent) => void (await agent.client.listTools()),
  'json-schema-ref-no-deref': async (agent) => void (await agent.client.listTools()),
  tools_call: async (agent) => {
    const result = await agent.call('add_numbers', { a: 5, b: 3 });
    require(result.content[0].text.includes('8'), 'the sum came back');
  },
  'elicitation-sep1034-client-defaults': async (agent) => {
    await agent.call('test_client_elicitation_defaults', {});
    require(agent.asked === 1, 'the agent was asked once');
  },
  'sse-retry': async (agent) => {
    const result = await agent.call('test_reconnection', {});
    require(result.content[0].text.includes('completed'), 'the answer came on the second stream');
  },
  'sep-2322-client-request-state': async (agent) => {
    agent.whileAsked = () => agent.call('test_mrtr_unrelated', {});
    for (const tool of ['test_mrtr_echo_state', 'test_mrtr_no_state', 'test_mrtr_no_result_type']) {
      await agent.call(tool, {});
    }
    require(agent.asked === 2, 'the agent was asked twice');
  },
  'http-standard-headers': async (agent) => {
    for (const { name } of (await agent.client.listTools()).tools) await agent.call(name, {});
    for (const { uri } of (await agent.client.listResources()).resources) await agent.client.readResource({ uri });
    for (const { name } of (await agent.client.listPrompts()).prompts) await agent.client.getPrompt({ name });
  },
  'http-custom-headers': async (agent) => {
    await agent.client.listTools();
    for (const { name, arguments: args } of context.toolCalls) await agent.call(name, args);
  },
  'http-invalid-tool-headers': async (agent) => {
    const listed = (await agent.client.listTools()).tools.map((tool) => tool.name);
    require(listed.join() === 'valid_tool', `only the valid tool is listed, not ${listed}`);
    await agent.call('valid_tool', { region: 'us-west1' });
    const hidden = await agent.hiddenTools();
    require(hidden.length > 0, 'the gateway knows the other tools');
    for (const name of hidden) {
      await refused(() => agent.call(name, {}), `${name} is not called`);
    }
  },
  'json-schema-2020-12-preservation': async (agent) => {
    const { tools } = await agent.client.listTools();
    const focal = tools.find((tool) => tool.name === 'json_schema_2020_12_tool');
    await agent.call('json_schema_echo', { schema: focal.inputSchema });
  },
};

if (!Object.hasOwn(steps, scenario)) {
  process.stderr.write(`nothing to do for the scenario '${scenario}'\n`);
  process.exit(2);
}
const gateway = JSON.parse(readFileSync(readyFile, 'utf8'));
const server = `scenario-${new URL(url).port}`;
try {
  await admin('PUT', `servers/${server}`, { url });
  await awaitReady();
  for (const era of ['legacy', 'modern']) {
    await play(era);
  }
} catch (error) {
  objection(error);
} finally {
  // The suite waits until nobody is connected to its server any more.
  await admin('DELETE', `servers/${server}`);
}

async function play(era) {
  try {
    const agent = await connect(era);
    await steps[scenario](agent);
    await agent.client.close();
  } catch (error) {
    objection(error, `${era} agent: `);
  }
}

function objection(error, who = '') {
  process.stdout.write(`not so: ${who}${String(error?.message ?? error).replaceAll('\n', ' ')}\n`);
  process.exitCode = 1;
}

/** An agent with a person who accepts every form as it is. */
async function connect(era) {
  const client = new Client(
    { name: 'sallyport-conformance-agent', version: '1.0.0' },
    {
      capabilities: { elicitation: { form: { applyDefaults: true } }, sampling: {}, roots: {} },
      versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : era },
    },
  );
  const agent = {
    client,
    asked: 0,
    whileAsked: async () => {},
    call: (name, args) => client.callTool({ name, arguments: args }),
    hiddenTools,
  };
  client.setRequestHandler('elicitation/create', async () => {
    agent.asked++;
    await agent.whileAsked();
    return { action: 'accept', content: {} };
  });
  const headers = gateway.key ? { Authorization: `Bearer ${gateway.key}` } : {};
  const endpoint = new URL(`${gateway.mcpUrl}/servers/${server}`);
  await client.connect(new StreamableHTTPClientTransport(endpoint, { requestInit: { headers } }));
  return agent;
}

/** Tools that the gateway got from the suite's server and keeps from agents. */
async function hiddenTools() {
  const { tools } = await admin('GET', `tools?server=${server}`);
  return tools.filter((tool) => tool.quarantined).map((tool) => tool.tool);
}

/** The gateway is connected to the suite's server, and its endpoint answers. */
async function awaitReady() {
  const end = Date.now() + SOON_MS;
  for (;;) {
    const { health, reason } = await admin('GET', `servers/${server}`);
    if (health === 'ready' && (await endpointAnswers())) return;
    if (Date.now() > end) throw new Error(`the suite's server is ${health}: ${reason}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function endpointAnswers() {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const response = await fetch(`${gateway.mcpUrl}/servers/${server}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2026-07-28',
      'Mcp-Method': 'server/discover',
      ...(gateway.key ? { Authorization: `Bearer ${gateway.key}` } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: meta } }),
  });
  await response.arrayBuffer();
  return response.ok;
}

async function admin(method, path, body) {
  const response = await fetch(`${gateway.adminUrl}/api/v1/${path}`, {
    method,
    headers: { Authorization: `Bearer ${gateway.adminKey}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return text === '' ? {} : JSON.parse(text);
}

function require(holds, what) {
  if (!holds) throw new Error(`did not hold: ${what}`);
}

async function refused(step, what) {
  let failure;
  try {
    await step();
  } catch (error) {
    failure = error;
  }
  require(failure !== undefined, what);
}
