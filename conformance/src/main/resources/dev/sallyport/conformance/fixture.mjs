// The server that the MCP conformance suite expects to meet, in both eras (2025-11-25 with sessions, 2026-07-28
// stateless). It ends when its standard input ends, so it never outlives the process that started it.
//
// node fixture.mjs http PORT [--era legacy|modern|both]    Streamable HTTP on 127.0.0.1, path /mcp; PORT 0: any free one.
//                                                          Its URL is the only line on standard output.
// node fixture.mjs stdio [--era legacy|modern|both]
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { createMcpHandler, isLegacyRequest, WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { createFixture } from './fixture-features.mjs';

const ERAS = ['legacy', 'modern', 'both'];
const RETRY_MS = 250;
const KEPT_EVENTS = 1000;
const MAX_BODY = 16 * 1024 * 1024;

const [transport, ...rest] = process.argv.slice(2);
const port = transport === 'http' ? Number(rest.shift()) : 0;
const era = rest.length === 0 ? 'both' : rest[0] === '--era' && rest.length === 2 ? rest[1] : undefined;
if (!['http', 'stdio'].includes(transport) || !Number.isInteger(port) || port < 0 || port > 65535 || !ERAS.includes(era)) {
  process.stderr.write('usage: fixture.mjs http PORT|stdio [--era legacy|modern|both]\n');
  process.exit(2);
}

const end = () => process.exit(0);
process.stdin.on('end', end);
process.stdin.on('close', end);
process.stdin.on('error', end);

const fixture = createFixture();
if (transport === 'stdio') {
  overStdio();
} else {
  process.stdin.resume();
  overHttp();
}

function overStdio() {
  const factory = (context) => {
    const server = fixture.server(context);
    fixture.follow(server);
    return server;
  };
  if (era === 'legacy') {
    factory({ era: 'legacy' }).connect(new StdioServerTransport());
  } else {
    serveStdio(factory, { legacy: era === 'modern' ? 'reject' : 'serve' });
  }
}

function overHttp() {
  const modern = createMcpHandler(fixture.server, { legacy: 'reject', maxRequestBodySize: MAX_BODY });
  fixture.changes.on('tools', () => modern.notify.toolsChanged());
  fixture.changes.on('prompts', () => modern.notify.promptsChanged());
  fixture.changes.on('resource', (uri) => modern.notify.resourceUpdated(uri));
  const legacy = legacySessions();
  const fetch = async (request, options) => {
    const old = era === 'legacy' || (era === 'both' && (await isLegacyRequest(request, undefined, { maxRequestBodySize: MAX_BODY })));
    return old ? legacy(request) : modern.fetch(request, options);
  };
  const handle = toNodeHandler({ fetch }, { maxRequestBodySize: MAX_BODY });
  const hostIsLocal = localhostHostValidation();
  const originIsLocal = localhostOriginValidation();
  const server = createServer((request, response) => {
    if (!hostIsLocal(request, response) || !originIsLocal(request, response)) return;
    if (new URL(request.url, 'http://127.0.0.1').pathname !== '/mcp') {
      response.writeHead(404).end();
      return;
    }
    void handle(request, response);
  });
  server.listen(port, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`));
}

/** Sessions of 2025-11-25: one server each, resumable streams, gone for good after DELETE. */
function legacySessions() {
  const sessions = new Map();
  return async (request) => {
    const id = request.headers.get('mcp-session-id');
    if (id !== null) {
      const session = sessions.get(id);
      return session ? session.handleRequest(request) : refusal(404, -32001, 'Session not found');
    }
    if (request.method !== 'POST') {
      return refusal(405, -32000, 'Method not allowed without a session');
    }
    let forget = () => {};
    const opened = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: keptEvents(),
      retryInterval: RETRY_MS,
      maxRequestBodySize: MAX_BODY,
      onsessioninitialized: (session) => {
        sessions.set(session, opened);
        forget = fixture.follow(server);
      },
      onsessionclosed: (session) => {
        sessions.delete(session);
        forget();
      },
    });
    const server = fixture.server({ era: 'legacy' });
    await server.connect(opened);
    return opened.handleRequest(request);
  };
}

/** The last events of one session; an event id names its stream. */
function keptEvents() {
  const events = new Map();
  let count = 0;
  const streamOf = (eventId) => eventId.slice(0, eventId.lastIndexOf('.'));
  return {
    async storeEvent(streamId, message) {
      const eventId = `${streamId}.${++count}`;
      events.set(eventId, message);
      if (events.size > KEPT_EVENTS) events.delete(events.keys().next().value);
      return eventId;
    },
    async getStreamIdForEventId(eventId) {
      return events.has(eventId) ? streamOf(eventId) : undefined;
    },
    async replayEventsAfter(lastEventId, { send }) {
      const stream = streamOf(lastEventId);
      let after = false;
      for (const [eventId, message] of events) {
        if (after && streamOf(eventId) === stream && Object.keys(message).length > 0) await send(eventId, message);
        after ||= eventId === lastEventId;
      }
      return stream;
    },
  };
}

function refusal(status, code, message) {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status });
}
