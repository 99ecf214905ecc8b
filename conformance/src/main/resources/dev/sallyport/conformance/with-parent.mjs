// Runs a server script for a test: it listens on loopback only, whatever it asks for, and ends when the test JVM does
// (its end of our standard input is then closed by the kernel, after kill -9 too).
// node with-parent.mjs SCRIPT [ARG...]
import net from 'node:net';
import { pathToFileURL } from 'node:url';

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (first, ...rest) {
  if (typeof first === 'number' || (typeof first === 'string' && /^\d+$/.test(first))) {
    const callback = rest.find((argument) => typeof argument === 'function');
    return listen.call(this, loopback(Number(first)), callback);
  }
  if (first !== null && typeof first === 'object' && first.port !== undefined) {
    return listen.call(this, { ...first, host: '127.0.0.1' }, ...rest);
  }
  return listen.call(this, first, ...rest);
};

// Given a host, Node looks it up before it listens, but some scripts ask for their address at once.
function loopback(port) {
  const handle = net._createServerHandle('127.0.0.1', port, 4);
  return typeof handle === 'number' ? { port, host: '127.0.0.1' } : handle;
}

process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();

const script = process.argv[2];
process.argv.splice(1, 2, script);
await import(pathToFileURL(script).href);
