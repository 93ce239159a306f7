import http from 'node:http';

/** Answers whether the worker lives (`/health`, `/healthz`) and whether its sweep gets through (`/readyz`). */
export function createHealthServer(isReady: () => boolean): http.Server {
  return http.createServer((request, response) => {
    const isKnown = ['/health', '/healthz', '/readyz'].includes(request.url ?? '');
    const isFine = request.url !== '/readyz' || isReady();
    response.writeHead(statusOf(isKnown, isFine), {
      'content-type': 'application/json',
      'cache-control': 'no-store',
    });
    response.end(JSON.stringify({ status: isKnown && isFine ? 'alive' : 'not ready' }));
  });
}

function statusOf(isKnown: boolean, isFine: boolean): number {
  if (!isKnown) return 404;
  return isFine ? 200 : 503;
}
