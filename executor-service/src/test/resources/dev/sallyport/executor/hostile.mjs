// A stdio MCP server that misbehaves on demand. Arguments: era (legacy|modern|quiet|dies-at-probe), then flags.
import * as readline from 'node:readline';

const era = process.argv[2];
const version = era === 'modern' ? '2026-07-28' : '2025-06-18';
const send = (text) => process.stdout.write(text + '\n');
const reply = (id, result) => send(JSON.stringify({ result, jsonrpc: '2.0', id }));
const fail = (id, code, message) => send(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }));
const text = (t) => ({ ...(era === 'modern' ? { resultType: 'complete' } : {}), content: [{ type: 'text', text: t }] });
const seen = { cancelled: [], calls: [], answers: [] };
const tool = (name, extra) => ({ name, inputSchema: { type: 'object' }, ...extra });
let tools = [
  'echo', 'silent', 'garbage', 'die', 'wrong-id', 'twice', 'giant', 'ask', 'seen', 'half-line', 'flood', 'change', 'needs-input', 'stray-progress',
].map((name) => tool(name));
tools.push({ name: 'no-schema' });
tools.push(tool('safe', { annotations: { readOnlyHint: true } }));
let listening;

function call(id, params) {
  seen.calls.push(params);
  switch (params.name) {
    case 'silent': return;
    case 'garbage': send('Listening on port 3000...'); send('{"jsonrpc":"2.0","id":' + id + ',"result":{}, "result":{}}'); return;
    case 'die': case 'safe':
      if (params.name === 'safe' && process.env.SURVIVES === 'yes') { reply(id, text('survived')); return; }
      process.exit(3);
    case 'wrong-id': reply(id + 1000, text('not yours')); reply(String(id), text('not yours either')); return;
    case 'twice': reply(id, text('first')); reply(id, text('second')); return;
    case 'giant': process.stdout.write('{"result":{"content":[{"type":"text","text":"');
      for (let i = 0; i < 20; i++) process.stdout.write('x'.repeat(1024 * 1024));
      send('"}]},"jsonrpc":"2.0","id":' + id + '}'); return;
    case 'ask': send(JSON.stringify({ jsonrpc: '2.0', id: 'srv-1', method: 'sampling/createMessage', params: {} }));
      send(JSON.stringify({ jsonrpc: '2.0', id: 'srv-2', method: 'ping' }));
      setTimeout(() => reply(id, text(JSON.stringify(seen.answers))), 300); return;
    case 'half-line': process.stdout.write('{"jsonrpc":"2.0",'); setTimeout(() => process.exit(4), 50); return;
    case 'flood': for (let i = 0; i < 20000; i++) { send('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}'); send('}{ noise'); }
      reply(id, text('flooded')); return;
    case 'change': tools = [...tools, tool('added')];
      send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/tools/list_changed',
        params: listening === undefined ? undefined : { _meta: { 'io.modelcontextprotocol/subscriptionId': listening } } }));
      reply(id, text('changed')); return;
    case 'needs-input': reply(id, { resultType: 'input_required', inputRequests: {}, requestState: 'secret-state' }); return;
    case 'stray-progress':
      for (let t = 1; t < 40; t++) if (t !== id) send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: t, progress: 1 } }));
      reply(id, text('done')); return;
    case 'seen': reply(id, text(JSON.stringify(seen))); return;
    default: reply(id, text(JSON.stringify(params))); return;
  }
}

function handle(line) {
  const m = JSON.parse(line);
  if (m.method === undefined) { seen.answers.push(m); return; }
  if (m.method === 'notifications/cancelled') { seen.cancelled.push(m.params.requestId); return; }
  if (m.id === undefined) return;
  if (m.method === 'server/discover') {
    if (era === 'quiet') return;
    if (era === 'dies-at-probe') process.exit(1);
    if (era === 'modern') {
      if (m.params._meta['io.modelcontextprotocol/protocolVersion'] !== version) { fail(m.id, -32022, 'version'); return; }
      reply(m.id, { resultType: 'complete', supportedVersions: [version], capabilities: { tools: { listChanged: true } }, ttlMs: 0, cacheScope: 'private' });
      return;
    }
    fail(m.id, -32601, 'Method not found'); return;
  }
  if (era === 'modern') {
    const meta = m.params?._meta ?? {};
    if (!meta['io.modelcontextprotocol/protocolVersion'] || !meta['io.modelcontextprotocol/clientCapabilities']) { fail(m.id, -32602, 'missing _meta'); return; }
    if (m.method === 'subscriptions/listen') {
      listening = m.id;
      send(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged',
        params: { _meta: { 'io.modelcontextprotocol/subscriptionId': m.id }, notifications: m.params.notifications } }));
      return;
    }
  } else if (m.method === 'initialize') {
    reply(m.id, { protocolVersion: version, capabilities: { tools: { listChanged: true } }, serverInfo: { name: 'hostile', version: '1' } }); return;
  }
  switch (m.method) {
    case 'tools/list': reply(m.id, { ...(era === 'modern' ? { resultType: 'complete', ttlMs: 0, cacheScope: 'private' } : {}), tools }); return;
    case 'tools/call': call(m.id, m.params); return;
    default: fail(m.id, -32601, 'Method not found');
  }
}

readline.createInterface({ input: process.stdin }).on('line', handle).on('close', () => process.exit(0));
