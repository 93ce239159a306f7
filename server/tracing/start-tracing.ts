import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { defaultTextMapGetter, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { builtFrom } from '../config';
import { JOBS } from './job-channel';
import type { TracingSettings } from './trace-process';

/** What could not be sent when a process ends is not worth waiting for. */
const END_MS_MAX = 1000;
const EXPORT_MS_MAX = 10_000;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Sends a span of each HTTP request and of each run of a job to a collector. Nothing of them names a tenant, a host, an address or an id: the
 * pattern of the route, the method and the status; the name of the job. `traceparent` of whoever asks is followed.
 * @returns sends what is left, and ends
 */
export function startTracing({ name, endpoint, routeOf }: TracingSettings): () => Promise<void> {
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_MS_MAX,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': `holdfast-${name}`,
      'service.version': builtFrom()?.version ?? 'unbuilt',
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const tracer = provider.getTracer('holdfast');
  const stops = [traceJobs(), ...(routeOf === null ? [] : [traceRequests(routeOf)])];

  function traceRequests(patternOf: (path: string) => string): () => void {
    const propagator = new W3CTraceContextPropagator();
    const open = new WeakMap<object, Span>();
    const onStart = (message: unknown): void => {
      const { request } = message as Exchange;
      const parent = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
      const method = request.method ?? 'GET';
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER }, parent);
      open.set(request, span.setAttribute('http.request.method', method));
    };
    const onFinish = (message: unknown): void => {
      const { request, response } = message as Exchange;
      const route = patternOf((request.url ?? '').split('?', 1)[0] ?? '');
      const { statusCode } = response;
      const span = open.get(request);
      span?.updateName(`${request.method ?? 'GET'} ${route}`);
      span?.setAttributes({ 'http.route': route, 'http.response.status_code': statusCode });
      if (statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
    };
    subscribe('http.server.request.start', onStart);
    subscribe('http.server.response.finish', onFinish);
    return () => {
      unsubscribe('http.server.request.start', onStart);
      unsubscribe('http.server.response.finish', onFinish);
    };
  }

  function traceJobs(): () => void {
    const open = new WeakMap<object, Span>();
    const jobs = tracingChannel<unknown, { job: string }>(JOBS);
    const subscribers = {
      start: (run: { job: string }) => {
        open.set(run, tracer.startSpan(`job ${run.job}`, { attributes: { 'holdfast.job': run.job } }));
      },
      end: () => {},
      asyncStart: () => {},
      asyncEnd: (run: { job: string }) => open.get(run)?.end(),
      // what the error says may name somebody; the log has it
      error: (run: { job: string }) => open.get(run)?.setStatus({ code: SpanStatusCode.ERROR }),
    };
    jobs.subscribe(subscribers);
    return () => jobs.unsubscribe(subscribers);
  }

  return async () => {
    for (const stop of stops) stop();
    const limit = new Promise((resolve) => setTimeout(resolve, END_MS_MAX).unref());
    await Promise.race([provider.shutdown().catch(() => {}), limit]);
  };
}
