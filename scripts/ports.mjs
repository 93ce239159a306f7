import net from 'node:net';

/**
 * The first free port on loopback, beginning with `from`.
 * @param {number} from
 * @param {ReadonlySet<number>} [taken] ports promised to somebody else
 * @returns {Promise<number>}
 */
export async function freePort(from, taken = new Set()) {
  for (let port = from; port < Math.min(from + 1000, 65_536); port += 1)
    if (!taken.has(port) && (await isFree(port))) return port;
  throw new Error(`no free port from ${from} on`);
}

/**
 * True when nothing listens on a port, neither on the given address nor on all of them.
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export async function isFree(port, host = '127.0.0.1') {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
