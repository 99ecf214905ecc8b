// Checks of this project on the npm server `server-everything`, made by an agent of one era at an endpoint of a gateway
// (or at the server itself). One JSON object on standard output: {"checks":[{"name":…,"problem":null|"…"}]}.
//
// node everything-checks.mjs URL legacy|modern [BEARER]
import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const SOON_MS = 10_000;
const DYNAMIC = 'demo://resource/dynamic/text/';

const [url, era, bearer] = process.argv.slice(2);
const modern = era === 'modern';

const checks = {
  'tools are listed as the server says them': async ({ client }) => {
    const { tools } = await client.listTools();
    const names = tools.map((tool) => tool.name);
    for (const name of ['echo', 'get-sum', 'get-structured-content', 'toggle-simulated-logging']) {
      assert.ok(names.includes(name), `${name} is not among ${names}`);
    }
    const sum = tools.find((tool) => tool.name === 'get-sum');
    assert.equal(sum.annotations.idempotentHint, true);
    assert.deepEqual(sum.inputSchema.required, ['a', 'b']);
  },
  'a tool answers with text': async ({ client }) => {
    const result = await client.callTool({ name: 'get-sum', arguments: { a: 19, b: 23 } });
    assert.equal(result.content[0].text, 'The sum of 19 and 23 is 42.');
  },
  'a tool answers with structured content': async ({ client }) => {
    const result = await client.callTool({ name: 'get-structured-content', arguments: { location: 'Chicago' } });
    assert.deepEqual(result.structuredContent, { temperature: 36, conditions: 'Light rain / drizzle', humidity: 82 });
  },
  'a tool answers with an image': async ({ client }) => {
    const { content } = await client.callTool({ name: 'get-tiny-image', arguments: {} });
    const image = content.find((part) => part.type === 'image');
    assert.equal(image.mimeType, 'image/png');
    assert.deepEqual([...Buffer.from(image.data, 'base64').subarray(1, 4)], [...Buffer.from('PNG')]);
  },
  'a tool answers with an embedded resource': async ({ client }) => {
    const result = await client.callTool({
      name: 'get-resource-reference',
      arguments: { resourceType: 'Text', resourceId: 7 },
    });
    assert.equal(result.content[1].resource.uri, `${DYNAMIC}7`);
  },
  'arguments that the server refuses are told as an error of the tool': async ({ client }) => {
    const result = await client.callTool({ name: 'get-sum', arguments: { a: 'nineteen' } });
    assert.equal(result.isError, true);
  },
  'a tool that is not there is refused': async ({ client }) => {
    await assert.rejects(client.callTool({ name: 'no-such-tool', arguments: {} }), { code: -32602 });
  },
  'progress comes step by step, before the answer': async ({ client }) => {
    const seen = [];
    let answered = false;
    await client
      .callTool(
        { name: 'trigger-long-running-operation', arguments: { duration: 0.4, steps: 4 } },
        { onprogress: ({ progress, total }) => seen.push(answered ? 'late' : `${progress}/${total}`) },
      )
      .finally(() => (answered = true));
    assert.deepEqual(seen, ['1/4', '2/4', '3/4', '4/4']);
  },
  'calls at the same time do not mix': async ({ client }) => {
    const numbers = Array.from({ length: 20 }, (_, i) => i);
    const results = await Promise.all(
      numbers.map((n) => client.callTool({ name: 'echo', arguments: { message: `call ${n}` } })),
    );
    assert.deepEqual(
      results.map((result) => result.content[0].text),
      numbers.map((n) => `Echo: call ${n}`),
    );
  },
  'a cancelled call ends, and the connection goes on': async ({ client }) => {
    const controller = new AbortController();
    const call = client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 5, steps: 50 } },
      { signal: controller.signal, onprogress: () => controller.abort('enough') },
    );
    await assert.rejects(call);
    const result = await client.callTool({ name: 'echo', arguments: { message: 'still here' } });
    assert.equal(result.content[0].text, 'Echo: still here');
  },
  'resources are listed and read': async ({ client }) => {
    const { resources } = await client.listResources();
    assert.ok(resources.length > 0);
    for (const { uri, mimeType } of resources) {
      const { contents } = await client.readResource({ uri });
      assert.equal(contents[0].uri, uri);
      assert.equal(contents[0].mimeType, mimeType);
      assert.ok(contents[0].text.length > 0);
    }
  },
  'templates are listed, and what they describe is read': async ({ client }) => {
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.deepEqual(resourceTemplates.map((template) => template.uriTemplate).sort(), [
      'demo://resource/dynamic/blob/{resourceId}',
      'demo://resource/dynamic/text/{resourceId}',
    ]);
    const text = await client.readResource({ uri: `${DYNAMIC}5` });
    assert.match(text.contents[0].text, /^Resource 5: /);
    const { contents } = await client.readResource({ uri: 'demo://resource/dynamic/blob/6' });
    assert.match(Buffer.from(contents[0].blob, 'base64').toString(), /^Resource 6: /);
  },
  'a resource that is not there is refused': async ({ client }) => {
    await assert.rejects(client.readResource({ uri: 'demo://resource/static/none' }));
  },
  'prompts are listed': async ({ client }) => {
    const names = (await client.listPrompts()).prompts.map((prompt) => prompt.name);
    assert.deepEqual(names.sort(), ['args-prompt', 'completable-prompt', 'resource-prompt', 'simple-prompt']);
  },
  'prompts are got, with arguments and with an embedded resource': async ({ client }) => {
    const weather = await client.getPrompt({ name: 'args-prompt', arguments: { city: 'Lyon', state: 'Rhône' } });
    assert.equal(weather.messages[0].content.text, "What's weather in Lyon, Rhône?");
    const embedded = await client.getPrompt({
      name: 'resource-prompt',
      arguments: { resourceType: 'Text', resourceId: '9' },
    });
    assert.equal(embedded.messages[1].content.resource.uri, `${DYNAMIC}9`);
  },
  'arguments of prompts are completed, in the context of others': async ({ client }) => {
    const ref = { type: 'ref/prompt', name: 'completable-prompt' };
    const departments = await client.complete({ ref, argument: { name: 'department', value: 'S' } });
    assert.deepEqual(departments.completion.values, ['Sales', 'Support']);
    const people = await client.complete({
      ref,
      argument: { name: 'name', value: '' },
      context: { arguments: { department: 'Sales' } },
    });
    assert.deepEqual(people.completion.values, ['David', 'Eve', 'Frank']);
  },
  'variables of templates are completed': async ({ client }) => {
    const { completion } = await client.complete({
      ref: { type: 'ref/resource', uri: 'demo://resource/dynamic/text/{resourceId}' },
      argument: { name: 'resourceId', value: '12' },
    });
    assert.deepEqual(completion.values, ['12']);
  },
  'who subscribed hears of an updated resource': async ({ client, heard }) => {
    const uri = `${DYNAMIC}3`;
    const subscription = modern ? await client.listen({ resourceSubscriptions: [uri] }) : await client.subscribeResource({ uri });
    // A switch of the server's: pressed again at the end, for the next client of the same connection.
    await client.callTool({ name: 'toggle-subscriber-updates', arguments: {} });
    await heard('notifications/resources/updated', (params) => params.uri === uri);
    await client.callTool({ name: 'toggle-subscriber-updates', arguments: {} });
    await (modern ? subscription.close() : client.unsubscribeResource({ uri }));
  },
  'log messages come to who asked for them': async ({ client, heard }) => {
    const logLevel = { 'io.modelcontextprotocol/logLevel': 'debug' };
    const toggle = { name: 'toggle-simulated-logging', arguments: {}, ...(modern ? { _meta: logLevel } : {}) };
    if (!modern) await client.setLoggingLevel('debug');
    await client.callTool(toggle);
    await heard('notifications/message', (params) => /level/i.test(params.data));
    await client.callTool(toggle);
  },
};
if (!modern) {
  checks['the server is alive'] = async ({ client }) => void (await client.ping());
}

const report = [];
for (const [name, check] of Object.entries(checks)) {
  let agent;
  let problem = null;
  try {
    agent = await connect();
    await check(agent);
  } catch (error) {
    problem = String(error?.message ?? error);
  }
  await agent?.client.close().catch(() => {});
  report.push({ name, problem });
}
process.stdout.write(JSON.stringify({ checks: report }) + '\n');
process.exit(0);

async function connect() {
  const client = new Client(
    { name: 'sallyport-conformance-agent', version: '1.0.0' },
    { versionNegotiation: { mode: modern ? { pin: '2026-07-28' } : 'legacy' } },
  );
  const notifications = [];
  let wake = () => {};
  for (const method of ['notifications/resources/updated', 'notifications/message']) {
    client.setNotificationHandler(method, ({ params }) => {
      notifications.push({ method, params });
      wake();
    });
  }
  const heard = async (method, wanted) => {
    const end = Date.now() + SOON_MS;
    while (!notifications.some((one) => one.method === method && wanted(one.params))) {
      const left = end - Date.now();
      assert.ok(left > 0, `${method} did not come within ${SOON_MS} ms`);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const headers = bearer ? { Authorization: `Bearer ${bearer}` } : {};
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return { client, heard };
}
