import { config } from '../config';
import { openedWebDatabase } from '../data/web-database';
import { log } from '../log';
import { measureProcess } from '../metrics/metrics';
import { observeHttp } from '../metrics/observe-http';
import { webRoutes } from '../metrics/web-routes';
import { traceProcess } from '../tracing/trace-process';
import { closeWhenAnswered } from './close-when-answered';
import { isWebStopping, stopServing } from './web-readiness';

/** Requests that run are answered within this time; then the process ends whatever they do. */
const CLOSE_MS_MAX = 10_000;

/** What the web process does of its own beside serving: on SIGTERM Next takes no new connections and answers what runs, without a limit. */
export async function beginWebProcess(): Promise<void> {
  const routeOf = webRoutes(process.cwd());
  if (config().metricsToken !== null) {
    measureProcess('web', () => openedWebDatabase()?.connections() ?? null);
    observeHttp(routeOf);
  }
  const endTracing = await traceProcess('web', routeOf);
  closeWhenAnswered(isWebStopping);
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      stopServing();
      void endTracing();
      setTimeout(() => {
        log('web').warn('requests were still running; the process ends all the same');
        process.exit();
      }, CLOSE_MS_MAX).unref();
    });
}
