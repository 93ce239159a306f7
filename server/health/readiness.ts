import type { DatabaseState } from '../data/database-state';

/** Whether a process can serve, in a word: for whoever sends it requests, and for whoever is woken. */
export type Readiness = 'ready' | 'stopping' | 'starting' | 'stuck' | 'no-database' | 'not-migrated';

/** What `/healthz` and `/readyz` answer, of every process. */
export interface HealthAnswer {
  readonly status: 200 | 503;
  readonly body: { readonly status: Readiness | 'alive' };
}

/** `/healthz`: whoever can say so lives. */
export const ALIVE: HealthAnswer = { status: 200, body: { status: 'alive' } };

/** An answer serves everybody who asks within that time, so that asking costs nothing however often it is done. */
const REMEMBER_MS = 1000;

/**
 * `/readyz`. `ownWord`: what the process itself says, before its database is asked; null: nothing is in the way.
 * @returns asks whether the process can serve
 */
export function createReadiness(
  ask: () => Promise<DatabaseState>,
  ownWord: () => Exclude<Readiness, 'ready' | 'no-database' | 'not-migrated'> | null,
): () => Promise<HealthAnswer> {
  let last: { readonly askedAtMs: number; readonly state: Promise<DatabaseState> } | null = null;
  return async () => {
    const own = ownWord();
    if (own !== null) return answerOf(own);
    const nowMs = performance.now();
    if (last === null || nowMs - last.askedAtMs >= REMEMBER_MS) last = { askedAtMs: nowMs, state: ask() };
    return answerOf(wordOf(await last.state));
  };
}

function wordOf(state: DatabaseState): Readiness {
  switch (state) {
    case 'up-to-date':
      return 'ready';
    case 'not-migrated':
      return 'not-migrated';
    case 'unreachable':
      return 'no-database';
  }
}

function answerOf(status: Readiness): HealthAnswer {
  return { status: status === 'ready' ? 200 : 503, body: { status } };
}
