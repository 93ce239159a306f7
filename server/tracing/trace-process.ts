import { config } from '../config';
import type { ProcessName } from '../metrics/metrics';

/** Where spans go, and of which process. */
export interface TracingSettings {
  readonly name: ProcessName;
  /** Of a collector that takes OTLP over HTTP, without the path. */
  readonly endpoint: string;
  /** The pattern of a path, of which there are only so many; null: the process serves nobody. */
  readonly routeOf: ((path: string) => string) | null;
}

/**
 * Traces this process where a collector is set (OTEL_EXPORTER_OTLP_ENDPOINT); else not even what traces is loaded.
 * @returns sends what is left, and ends
 */
export async function traceProcess(
  name: ProcessName,
  routeOf: TracingSettings['routeOf'],
): Promise<() => Promise<void>> {
  const endpoint = config().otlpEndpoint;
  if (endpoint === null) return async () => {};
  const { startTracing } = await import('./start-tracing');
  return startTracing({ name, endpoint, routeOf });
}
