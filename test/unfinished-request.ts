import http from 'node:http';

/** A request of which the server has the head, and waits for the rest of the body. */
export interface UnfinishedRequest {
  /** Sends the rest; the status that comes back. */
  readonly finish: () => Promise<number>;
}

/** Begins to post JSON, and resolves when the server said that it goes on. */
export function beginPosting(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<UnfinishedRequest> {
  return new Promise((resolve, reject) => {
    const rest = '{}';
    const request = http.request(url, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': String(rest.length),
        expect: '100-continue',
      },
    });
    const status = new Promise<number>((answered, failed) => {
      request.on('response', (response) => {
        response.resume();
        answered(response.statusCode ?? 0);
      });
      request.on('error', failed);
    });
    status.catch(reject);
    request.on('continue', () =>
      resolve({
        finish: () => {
          request.end(rest);
          return status;
        },
      }),
    );
    request.flushHeaders();
  });
}

/** Whether nobody takes connections there any more. */
export async function refusesConnections(url: string): Promise<boolean> {
  return fetch(url, { headers: { connection: 'close' } }).then(
    () => false,
    () => true,
  );
}
