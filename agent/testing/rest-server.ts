import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A server that hands out a restic repository as rest-server 0.13 does, for reading; of removals it keeps what was asked, and removes nothing. */
export interface RestServer {
  /** As restic takes it, without a user. */
  repo: string;
  removals: string[];
  close: () => Promise<void>;
}

export interface RestServerSettings {
  folder: string;
  /** The status of the removal of a file of that kind (`snapshots`, `locks`, …). */
  answerRemoval: (kind: string) => number;
  user?: string;
  password?: string;
}

export async function startRestServer(settings: RestServerSettings): Promise<RestServer> {
  const removals: string[] = [];
  const server = http.createServer((request, response) => {
    const { user, password } = settings;
    const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    if (user !== undefined && request.headers.authorization !== wanted) {
      response.writeHead(401).end();
      return;
    }
    const [kind = '', name = ''] = (request.url ?? '').replace(/^\/repo\//, '').split(/[/?]/);
    if (request.method === 'DELETE') {
      removals.push(`${kind}/${name}`);
      response.writeHead(settings.answerRemoval(kind)).end();
      return;
    }
    answerReading(settings.folder, kind, name, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    repo: `rest:http://127.0.0.1:${port}/repo/`,
    removals,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answerReading(
  folder: string,
  kind: string,
  name: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const isData = kind === 'data' && name !== '';
  const place = path.join(folder, kind, isData ? name.slice(0, 2) : '', name);
  const stat = fs.statSync(place, { throwIfNoEntry: false });
  if (stat?.isDirectory()) {
    const files = fs
      .readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => ({ name: one.name, size: fs.statSync(path.join(one.parentPath, one.name)).size }));
    response
      .writeHead(200, { 'content-type': 'application/vnd.x.restic.rest.v2' })
      .end(JSON.stringify(files));
    return;
  }
  if (!stat) {
    response.writeHead(404).end();
    return;
  }
  const content = fs.readFileSync(place);
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const part = from === undefined ? content : content.subarray(Number(from), Number(to) + 1);
  response.writeHead(from === undefined ? 200 : 206, { 'content-length': part.length });
  response.end(request.method === 'HEAD' ? undefined : part);
}
