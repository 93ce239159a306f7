import { setting } from '../config';
import { type Database, openDatabase } from './database';

/** Next builds pages and route handlers into separate modules; all of them share one pool. */
const KEY = Symbol.for('holdfast.web-database');
const shared = globalThis as { [KEY]?: Database };

/** The web process's database, opened at the first call. */
export function webDatabase(): Database {
  shared[KEY] ??= openDatabase({
    url: setting('databaseUrlWeb'),
    contextKey: setting('contextKey'),
    applicationName: 'holdfast-web',
  });
  return shared[KEY];
}

/** The same, if it was opened already; else null. */
export function openedWebDatabase(): Database | null {
  return shared[KEY] ?? null;
}
