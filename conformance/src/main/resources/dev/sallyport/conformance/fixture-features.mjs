// What the fixture server offers: the tools, resources, prompts and completions that the conformance suite names, and
// test_trigger_resource_change. Input in mid-call is asked for with input_required; on a 2025-11-25 session the SDK
// turns that into requests to the client.
import { EventEmitter } from 'node:events';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
  inputResponse,
  McpServer,
  ProtocolError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';

const STEP_MS = 50;
const INVALID_PARAMS = -32602;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC';
const WAV = 'UklGRiwAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQgAAAAAAAAAAAAAAA==';
const WATCHED = 'test://watched-resource';
const TEMPLATE = 'test://template/{id}/data';

const text = (value) => ({ content: [{ type: 'text', text: value }] });
const image = { type: 'image', data: PNG, mimeType: 'image/png' };
const resource = (uri, mimeType, value) => ({ type: 'resource', resource: { uri, mimeType, text: value } });
const object = (properties, required = Object.keys(properties)) => ({ type: 'object', properties, required });
const string = (description) => ({ type: 'string', ...(description && { description }) });

const elicit = (message, properties, required) =>
  inputRequired.elicit({ message, requestedSchema: object(properties, required) });
const sample = (prompt, maxTokens) =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens });
const ask = (inputRequests, requestState) => inputRequired({ inputRequests, ...(requestState && { requestState }) });

const answer = (ctx, key) => inputResponse(ctx.mcpReq.inputResponses, key);
const accepted = (ctx, key, properties) =>
  acceptedContent(ctx.mcpReq.inputResponses, key, fromJsonSchema(object(properties)));

const NAME = { name: string() };
const askName = () => elicit('What is your name?', NAME);

const DEFAULTS = {
  name: { type: 'string', description: 'User name', default: 'John Doe' },
  age: { type: 'integer', description: 'User age', default: 30 },
  score: { type: 'number', description: 'User score', default: 95.5 },
  status: { type: 'string', description: 'User status', enum: ['active', 'inactive', 'pending'], default: 'active' },
  verified: { type: 'boolean', description: 'Verification status', default: true },
};

const titled = (...titles) => titles.map((title, index) => ({ const: `value${index + 1}`, title }));
const ENUMS = {
  untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  titledSingle: { type: 'string', oneOf: titled('First Option', 'Second Option', 'Third Option') },
  legacyEnum: { type: 'string', enum: ['opt1', 'opt2', 'opt3'], enumNames: ['Option One', 'Option Two', 'Option Three'] },
  untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
  titledMulti: { type: 'array', items: { anyOf: titled('First Choice', 'Second Choice', 'Third Choice') } },
};

const SCHEMA_2020_12 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: { $anchor: 'addressDef', type: 'object', properties: { street: string(), city: string() } },
  },
  properties: {
    name: string(),
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: string(),
    email: string(),
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

/** One process's worth of fixture: servers made from it see the same lists and hear of each other's changes. */
export function createFixture() {
  const state = { tool: false, prompt: false, version: 1 };
  const changes = new EventEmitter();
  changes.setMaxListeners(0);
  const codec = createRequestStateCodec({ key: randomBytes(32) });
  const followers = new WeakMap();
  return {
    /** Emits 'tools', 'prompts' and 'resource' (with its URI) after a trigger tool has made the change. */
    changes,

    /** A server for one request, session or connection. */
    server: ({ era }) => {
      const server = new McpServer(
        { name: 'sallyport-conformance-fixture', version: '1.0.0' },
        {
          instructions: 'The server that the MCP conformance suite expects to meet.',
          capabilities: {
            tools: { listChanged: true },
            prompts: { listChanged: true },
            resources: { subscribe: true, listChanged: true },
            completions: {},
            logging: {},
          },
          cacheHints: {
            'server/discover': { ttlMs: 60_000, cacheScope: 'public' },
            'resources/templates/list': { ttlMs: 60_000, cacheScope: 'public' },
          },
          requestState: { verify: codec.verify },
        },
      );
      plainTools(server);
      schemaTools(server);
      const extras = { tool: triggers(server, state, changes), prompt: prompts(server, state) };
      askingTools(server);
      inputRequiredTools(server, codec);
      const subscribed = resources(server, state, era);
      completions(server);
      followers.set(server, { ...extras, subscribed });
      return server;
    },

    /** Keeps a server that lives longer than a request up to date; the function returned ends that. */
    follow: (server) => {
      const { tool, prompt, subscribed } = followers.get(server);
      const set = (extra, on) => (on ? extra.enable() : extra.disable());
      const onTools = () => set(tool, state.tool);
      const onPrompts = () => set(prompt, state.prompt);
      const onResource = (uri) => subscribed(uri) && void server.server.sendResourceUpdated({ uri });
      onTools();
      onPrompts();
      changes.on('tools', onTools).on('prompts', onPrompts).on('resource', onResource);
      return () => changes.off('tools', onTools).off('prompts', onPrompts).off('resource', onResource);
    },
  };
}

/** Tools that only answer, report or fail. The first one listed must be callable without arguments. */
function plainTools(server) {
  const tool = (name, description, handler) => server.registerTool(name, { description }, handler);
  tool('test_simple_text', 'Answers with text.', () => text('This is a simple text response for testing.'));
  tool('test_image_content', 'Answers with an image.', () => ({ content: [image] }));
  tool('test_audio_content', 'Answers with a sound.', () => ({
    content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  }));
  tool('test_embedded_resource', 'Answers with an embedded resource.', () => ({
    content: [resource('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')],
  }));
  tool('test_multiple_content_types', 'Answers with text, an image and a resource.', () => ({
    content: [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      resource('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ],
  }));
  tool('test_tool_with_logging', 'Logs three times while it runs.', async (ctx) => {
    await ctx.mcpReq.log('info', 'Tool execution started');
    await pause(STEP_MS);
    await ctx.mcpReq.log('info', 'Tool processing data');
    await pause(STEP_MS);
    await ctx.mcpReq.log('info', 'Tool execution completed');
    return text('Tool with logging executed successfully');
  });
  tool('test_logging_tool', 'Logs once, where the request allows it.', async (ctx) => {
    await ctx.mcpReq.log('info', 'A message for those who asked for it');
    return text('Logged');
  });
  tool('test_tool_with_progress', 'Reports 0, 50 and 100 of 100.', async (ctx) => {
    const progressToken = ctx.mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progress > 0) await pause(STEP_MS);
      if (progressToken !== undefined) {
        await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
      }
    }
    return text('Tool with progress executed successfully');
  });
  tool('test_error_handling', 'Always fails.', () => {
    throw new Error('This tool intentionally returns an error for testing');
  });
  tool('test_reconnection', 'Closes its stream and answers on the resumed one.', async (ctx) => {
    await pause(STEP_MS);
    ctx.http?.closeSSE?.();
    await pause(2 * STEP_MS);
    return text('Reconnection test completed');
  });
}

function schemaTools(server) {
  server.registerTool(
    'json_schema_2020_12_tool',
    { description: 'Tool with JSON Schema 2020-12 features', inputSchema: fromJsonSchema(SCHEMA_2020_12) },
    (args) => text(`Received ${JSON.stringify(args)}`),
  );
  server.registerTool(
    'test_x_mcp_header',
    {
      description: 'Takes an argument that is mirrored in the header Mcp-Param-Region.',
      inputSchema: fromJsonSchema(object({ region: { ...string('A region'), 'x-mcp-header': 'Region' } }, [])),
    },
    ({ region }) => text(`Region: ${region ?? 'none'}`),
  );
}

/** Tools that change what the server lists; gives the tool that comes and goes. */
function triggers(server, state, changes) {
  const tool = (name, description, handler) => server.registerTool(name, { description }, handler);
  tool('test_trigger_tool_change', 'Adds or removes test_extra_tool.', () => {
    state.tool = !state.tool;
    changes.emit('tools');
    return text(state.tool ? 'Added' : 'Removed');
  });
  tool('test_trigger_prompt_change', 'Adds or removes test_extra_prompt.', () => {
    state.prompt = !state.prompt;
    changes.emit('prompts');
    return text(state.prompt ? 'Added' : 'Removed');
  });
  tool('test_trigger_resource_change', `Changes ${WATCHED}.`, () => {
    state.version++;
    changes.emit('resource', WATCHED);
    return text(`Version ${state.version}`);
  });
  const extra = tool('test_extra_tool', 'Comes and goes with test_trigger_tool_change.', () => text('Here'));
  if (!state.tool) extra.disable();
  return extra;
}

/** Tools that ask the client for something; without an answer they ask again. */
function askingTools(server) {
  const tool = (name, description, argument, handler) =>
    server.registerTool(
      name,
      { description, ...(argument && { inputSchema: fromJsonSchema(object({ [argument]: string() })) }) },
      argument ? handler : (ctx) => handler({}, ctx),
    );
  tool('test_sampling', 'Asks the model of the client.', 'prompt', ({ prompt }, ctx) => {
    const got = answer(ctx, 'completion');
    return got.kind === 'sampling'
      ? text(`LLM response: ${got.result.content?.text ?? JSON.stringify(got.result.content)}`)
      : ask({ completion: sample(prompt, 100) });
  });
  const elicitation = (name, description, argument, title, properties, required) =>
    tool(name, description, argument, (args, ctx) => {
      const got = answer(ctx, 'form');
      return got.kind === 'elicit'
        ? text(`${title}: action=${got.action}, content=${JSON.stringify(got.content ?? {})}`)
        : ask({ form: elicit(args.message ?? 'Please fill in the form', properties, required) });
    });
  elicitation('test_elicitation', 'Asks the user for a name and an address.', 'message', 'User response', {
    username: string("User's response"),
    email: string("User's email address"),
  });
  elicitation('test_elicitation_sep1034_defaults', 'Asks with defaults.', '', 'Elicitation completed', DEFAULTS, []);
  elicitation('test_elicitation_sep1330_enums', 'Asks with every kind of enum.', '', 'Elicitation completed', ENUMS, []);
  tool('test_missing_capability', 'Needs the capability sampling.', '', (args, ctx) =>
    answer(ctx, 'needed').kind === 'sampling' ? text('Sampling is there') : ask({ needed: sample('Anything', 10) }),
  );
  tool('test_streaming_elicitation', 'Reports progress where asked to, then asks the user.', '', async (args, ctx) => {
    if (answer(ctx, 'form').kind === 'elicit') return text('Answered');
    const progressToken = ctx.mcpReq._meta?.progressToken;
    if (progressToken !== undefined) {
      await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress: 1, total: 2 } });
    }
    return ask({ form: elicit('What now?', { reply: string() }) });
  });
}

function inputRequiredTools(server, codec) {
  const tool = (name, description, handler) =>
    server.registerTool(`test_input_required_result_${name}`, { description }, handler);
  tool('elicitation', 'Asks for a name.', (ctx) => {
    const got = accepted(ctx, 'user_name', NAME);
    return got ? text(`Hello, ${got.name}!`) : ask({ user_name: askName() });
  });
  tool('sampling', 'Asks the model for a capital.', (ctx) => {
    const got = answer(ctx, 'capital_question');
    return got.kind === 'sampling'
      ? text(`The model said: ${got.result.content?.text}`)
      : ask({ capital_question: sample('What is the capital of France?', 100) });
  });
  tool('list_roots', 'Asks for the roots.', (ctx) => {
    const got = answer(ctx, 'client_roots');
    return got.kind === 'roots'
      ? text(`Roots: ${got.roots.map((root) => root.uri).join(', ')}`)
      : ask({ client_roots: inputRequired.listRoots() });
  });

  const CONFIRM = { ok: { type: 'boolean' } };
  const confirmed = (name) => async (ctx) => {
    const kept = stateOf(ctx, name);
    return kept && accepted(ctx, 'confirm', CONFIRM)
      ? text('state-ok')
      : ask({ confirm: elicit('Please confirm', CONFIRM) }, await codec.mint({ tool: name }));
  };
  tool('request_state', 'Keeps state with the client.', confirmed('request_state'));
  tool('tampered_state', 'Refuses state that was changed.', confirmed('tampered_state'));

  tool('multiple_inputs', 'Asks for three things at once.', async (ctx) => {
    const name = accepted(ctx, 'user_name', NAME);
    const greeting = answer(ctx, 'greeting');
    const roots = answer(ctx, 'client_roots');
    if (stateOf(ctx, 'multiple_inputs') && name && greeting.kind === 'sampling' && roots.kind === 'roots') {
      return text(`${greeting.result.content?.text} ${name.name}, ${roots.roots.length} root(s)`);
    }
    return ask(
      { user_name: askName(), greeting: sample('Generate a greeting', 50), client_roots: inputRequired.listRoots() },
      await codec.mint({ tool: 'multiple_inputs' }),
    );
  });

  const COLOR = { color: string() };
  tool('multi_round', 'Asks twice, each round with its own state.', async (ctx) => {
    const kept = stateOf(ctx, 'multi_round');
    const first = kept?.round === 1 ? accepted(ctx, 'step1', NAME) : undefined;
    const name = first?.name ?? kept?.name;
    if (name === undefined) {
      const requests = { step1: elicit('Step 1: What is your name?', NAME) };
      return ask(requests, await codec.mint({ tool: 'multi_round', round: 1 }));
    }
    const second = kept.round === 2 ? accepted(ctx, 'step2', COLOR) : undefined;
    return second
      ? text(`${name} likes ${second.color}`)
      : ask(
          { step2: elicit('Step 2: What is your favorite color?', COLOR) },
          await codec.mint({ tool: 'multi_round', round: 2, name }),
        );
  });

  tool('capabilities', 'Asks only for what the client said it can do.', (ctx) => {
    const declared = ctx.mcpReq.envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities() ?? {};
    const possible = {
      ...(declared.elicitation && { form: askName() }),
      ...(declared.sampling && { completion: sample('Say something', 20) }),
      ...(declared.roots && { client_roots: inputRequired.listRoots() }),
    };
    const open = Object.keys(possible).filter((key) => answer(ctx, key).kind === 'missing');
    return open.length === 0 ? text(`Answered: ${Object.keys(possible).join(', ') || 'nothing to ask'}`) : ask(possible);
  });
}

/** The verified state of this round; state that was minted for another tool is refused. */
function stateOf(ctx, name) {
  const kept = ctx.mcpReq.requestState();
  if (kept !== undefined && kept.tool !== name) {
    throw new ProtocolError(INVALID_PARAMS, 'This requestState belongs to another tool');
  }
  return kept;
}

/** Gives the test whether an update of a URI may be sent to this server's client. */
function resources(server, state, era) {
  const description = (value) => ({ description: value });
  server.registerResource(
    'static-text',
    'test://static-text',
    { ...description('A text that does not change.'), mimeType: 'text/plain' },
    (uri) => ({
      contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
    }),
  );
  server.registerResource(
    'static-binary',
    'test://static-binary',
    { ...description('An image that does not change.'), mimeType: 'image/png' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'image/png', blob: PNG }] }),
  );
  server.registerResource(
    'watched-resource',
    WATCHED,
    { ...description('Changes with test_trigger_resource_change.'), mimeType: 'text/plain' },
    (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: `Version ${state.version}` }] }),
  );
  server.registerResource(
    'template',
    new ResourceTemplate(TEMPLATE, { list: undefined }),
    { ...description('Data of any id.'), mimeType: 'application/json' },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
  if (era === 'modern') {
    return () => true;
  }
  const subscriptions = new Set();
  server.server.setRequestHandler('resources/subscribe', ({ params }) => {
    subscriptions.add(params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
    subscriptions.delete(params.uri);
    return {};
  });
  return (uri) => subscriptions.has(uri);
}

/** Gives the prompt that comes and goes. */
function prompts(server, state) {
  const user = (...contents) => ({ messages: contents.map((content) => ({ role: 'user', content })) });
  const words = (value) => ({ type: 'text', text: value });
  const prompt = (name, description, handler, properties) =>
    server.registerPrompt(
      name,
      { description, ...(properties && { argsSchema: fromJsonSchema(object(properties)) }) },
      handler,
    );
  prompt('test_simple_prompt', 'A prompt without arguments.', () => user(words('This is a simple prompt for testing.')));
  prompt(
    'test_prompt_with_arguments',
    'A prompt with two arguments.',
    ({ arg1, arg2 }) => user(words(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
    { arg1: string('First test argument'), arg2: string('Second test argument') },
  );
  prompt(
    'test_prompt_with_embedded_resource',
    'A prompt that embeds a resource.',
    ({ resourceUri }) =>
      user(
        resource(resourceUri, 'text/plain', 'Embedded resource content for testing.'),
        words('Please process the embedded resource above.'),
      ),
    { resourceUri: string('URI of the resource to embed') },
  );
  prompt('test_prompt_with_image', 'A prompt with an image.', () => user(image, words('Please analyze the image above.')));
  prompt('test_input_required_result_prompt', 'A prompt that asks the user first.', (ctx) => {
    const CONTEXT = { context: string() };
    const got = accepted(ctx, 'user_context', CONTEXT);
    return got
      ? user(words(`Use this context: ${got.context}`))
      : ask({ user_context: elicit('What context should the prompt use?', CONTEXT) });
  });
  const extra = prompt('test_extra_prompt', 'Comes and goes with test_trigger_prompt_change.', () => user(words('Here')));
  if (!state.prompt) extra.disable();
  return extra;
}

function completions(server) {
  const known = new Map([
    ['ref/prompt test_prompt_with_arguments arg1', ['paris', 'park', 'party', 'test', 'testing']],
    ['ref/prompt test_prompt_with_arguments arg2', ['berlin', 'bern']],
    [`ref/resource ${TEMPLATE} id`, ['1', '12', '123']],
  ]);
  server.server.setRequestHandler('completion/complete', ({ params: { ref, argument } }) => {
    const all = known.get(`${ref.type} ${ref.name ?? ref.uri} ${argument.name}`);
    if (all === undefined) {
      throw new ProtocolError(INVALID_PARAMS, 'Nothing is known about this argument');
    }
    const values = all.filter((value) => value.startsWith(argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
}
