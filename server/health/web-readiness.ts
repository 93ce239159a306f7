import { builtFrom } from '../config';
import { stateOfDatabase } from '../data/database-state';
import { webDatabase } from '../data/web-database';
import { createReadiness, type HealthAnswer } from './readiness';

interface WebProcess {
  isStopping: boolean;
  readonly ask: () => Promise<HealthAnswer>;
}

/** Next builds route handlers and what runs at the start into separate modules: all of them know the one process. */
const KEY = Symbol.for('holdfast.web-process');
const shared = globalThis as { [KEY]?: WebProcess };

/** Whether the web process can serve. */
export function webReadiness(): Promise<HealthAnswer> {
  return webProcess().ask();
}

export function isWebStopping(): boolean {
  return webProcess().isStopping;
}

/** From now on it says that it is stopping. */
export function stopServing(): void {
  webProcess().isStopping = true;
}

function webProcess(): WebProcess {
  shared[KEY] ??= {
    isStopping: false,
    ask: createReadiness(
      () => stateOfDatabase(webDatabase(), builtFrom()?.migration ?? null),
      () => (webProcess().isStopping ? 'stopping' : null),
    ),
  };
  return shared[KEY];
}
