// An agent for the tests: the TypeScript SDK client, driven by one JSON command per line on standard input, answering
// one JSON object per line on standard output. It ends with its input.
//
// {"id":1,"op":"connect","client":"a","url":"…","headers":{},"era":"legacy|modern|auto","watch":true} -> negotiated era and version
// {"id":1,"op":"connectStdio","client":"a","command":["…"],"env":{},"era":"legacy|modern","watch":true} -> the same, and pid
// {"id":2,"op":"list","client":"a"}                                            -> all pages of tools/list
// {"id":3,"op":"call","client":"a","name":"…","arguments":{},"ref":"c1","timeout":60000}   -> the result of tools/call
// {"id":4,"op":"cancel","ref":"c1"}                                              -> {}
// {"id":5,"op":"ping","client":"a"}  {"id":6,"op":"close","client":"a"}
// Answers: {"id":1,"value":…} or {"id":1,"error":{"name","code","message","data"}}
// Events:  {"event":"stderr","client":"a","text":"…"}  {"event":"ended","client":"a"}
//          {"event":"progress","ref":"c1","progress":…,"total":…}  {"event":"tools","client":"a","names":[…]}
import { createInterface } from 'node:readline';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const MODERN = '2026-07-28';
const clients = new Map();
const calls = new Map();

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n');

/** Connects a client and keeps it under its name. */
async function connect(name, transport, era, watch) {
  const changed = {
    tools: {
      debounceMs: 0,
      onChanged: (error, tools) =>
        say(
          error
            ? { event: 'tools', client: name, error: String(error) }
            : { event: 'tools', client: name, names: tools.map((tool) => tool.name) },
        ),
    },
  };
  const client = new Client(
    { name: 'sallyport-test-agent', version: '1.0.0' },
    {
      versionNegotiation: { mode: era === 'modern' ? { pin: MODERN } : era },
      ...(watch ? { listChanged: changed } : {}),
    },
  );
  client.onerror = (error) => say({ event: 'error', client: name, message: String(error) });
  client.onclose = () => say({ event: 'ended', client: name });
  await client.connect(transport);
  clients.set(name, client);
  return {
    era: client.getProtocolEra?.() ?? null,
    version: client.getNegotiatedProtocolVersion?.() ?? null,
    server: client.getServerVersion?.() ?? null,
    capabilities: client.getServerCapabilities?.() ?? null,
  };
}

const operations = {
  async connect({ client: name, url, headers = {}, era = 'legacy', watch = false }) {
    return connect(name, new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }), era, watch);
  },

  async connectStdio({ client: name, command: [command, ...args], env = {}, era = 'legacy', watch = false }) {
    const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' });
    transport.stderr.on('data', (chunk) => say({ event: 'stderr', client: name, text: chunk.toString() }));
    const negotiated = await connect(name, transport, era, watch);
    return { ...negotiated, pid: transport.pid };
  },

  async list({ client }) {
    return clients.get(client).listTools(undefined, { cacheMode: 'refresh' });
  },

  async call({ client, name, arguments: args, ref, timeout = 60000 }) {
    const controller = new AbortController();
    if (ref) calls.set(ref, controller);
    try {
      return await clients.get(client).callTool(args === undefined ? { name } : { name, arguments: args }, {
        timeout,
        signal: controller.signal,
        ...(ref
          ? { onprogress: ({ progress, total, message }) => say({ event: 'progress', ref, progress, total, message }) }
          : {}),
      });
    } finally {
      if (ref) calls.delete(ref);
    }
  },

  async cancel({ ref }) {
    calls.get(ref)?.abort('the test cancelled the call');
    return {};
  },

  async ping({ client }) {
    return clients.get(client).ping();
  },

  async close({ client }) {
    await clients.get(client)?.close();
    clients.delete(client);
    return {};
  },
};

const input = createInterface({ input: process.stdin });
input.on('line', async (line) => {
  const { id, op, ...rest } = JSON.parse(line);
  try {
    say({ id, value: (await operations[op](rest)) ?? null });
  } catch (error) {
    say({
      id,
      error: {
        name: error?.name ?? 'Error',
        code: error?.code ?? null,
        message: String(error?.message ?? error),
        data: error?.data ?? null,
      },
    });
  }
});
input.on('close', () => process.exit(0));
