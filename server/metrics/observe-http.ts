import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { metrics } from './metrics';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const STARTED = 'http.server.request.start';
const FINISHED = 'http.server.response.finish';

/**
 * Measures every request that this process serves, whatever serves it.
 * @param routeOf the pattern of a path, of which there are only so many
 * @returns stops it
 */
export function observeHttp(routeOf: (path: string) => string): () => void {
  const beganAtMs = new WeakMap<object, number>();
  const onStart = (message: unknown): void => {
    beganAtMs.set((message as Exchange).request, performance.now());
  };
  const onFinish = (message: unknown): void => {
    const { request, response } = message as Exchange;
    const began = beganAtMs.get(request);
    if (began === undefined) return;
    const route = routeOf((request.url ?? '').split('?', 1)[0] ?? '');
    const status = `${Math.floor(response.statusCode / 100)}xx`;
    metrics().httpSeconds.observe({ route, status }, (performance.now() - began) / 1000);
  };
  subscribe(STARTED, onStart);
  subscribe(FINISHED, onFinish);
  return () => {
    unsubscribe(STARTED, onStart);
    unsubscribe(FINISHED, onFinish);
  };
}
