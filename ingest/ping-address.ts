import type { PingSignal } from '@/domain/ping/check';

/** What the path of a ping asks for. */
export interface PingAddress {
  readonly check:
    | { readonly kind: 'uuid'; readonly uuid: string }
    | { readonly kind: 'slug'; readonly pingKey: string; readonly slug: string };
  readonly signal: PingSignal;
  /** 0 to 255; null: none was told. */
  readonly exitStatus: number | null;
  /** Of the request, in lower case; null: none was told. */
  readonly rid: string | null;
  /** Whether a check that is not there is to be made. */
  readonly isToBeMade: boolean;
}

/** Why a path is none, as the pinging API answers it. */
export type PingProblem = 'not found' | 'invalid url format' | 'invalid uuid format';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PING_KEY = /^[A-Za-z0-9_-]{1,100}$/;
const SLUG = /^[a-z0-9_-]{1,100}$/;
const SLUG_WITH_CAPITALS = /^[A-Za-z0-9_-]{1,100}$/;
const SIGNALS: Readonly<Record<string, PingSignal>> = { start: 'start', fail: 'fail', log: 'log' };

/**
 * Reads the path and query of a ping, as healthchecks.io has them: `/ping/<uuid>` or `/ping/<ping key>/<slug>`, then nothing, `/start`,
 * `/fail`, `/log` or an exit status; `?rid=`, `?create=1`.
 */
export function readPingAddress(url: string): PingAddress | PingProblem {
  const [path = '', query = ''] = url.split('?', 2);
  const parts = path.slice('/ping/'.length).split('/');
  if (parts.at(-1) === '') parts.pop();
  const [first = '', second, third, ...rest] = parts;
  const isUuid = UUID.test(first);
  const suffix = isUuid ? second : third;
  if (rest.length > 0 || (isUuid && third !== undefined)) return 'not found';
  if (!isUuid) {
    if (!PING_KEY.test(first) || second === undefined) return 'not found';
    if (!SLUG.test(second)) return SLUG_WITH_CAPITALS.test(second) ? 'invalid url format' : 'not found';
  }
  const said = readSuffix(suffix);
  if (typeof said === 'string') return said;
  const asked = readQuery(query);
  if (typeof asked === 'string') return asked;
  return {
    check: isUuid ? { kind: 'uuid', uuid: first } : { kind: 'slug', pingKey: first, slug: second ?? '' },
    ...said,
    ...asked,
  };
}

function readSuffix(suffix: string | undefined): Pick<PingAddress, 'signal' | 'exitStatus'> | PingProblem {
  if (suffix === undefined) return { signal: 'success', exitStatus: null };
  if (/^\d+$/.test(suffix)) {
    const exitStatus = Number(suffix);
    if (exitStatus > 255) return 'invalid url format';
    return { signal: exitStatus === 0 ? 'success' : 'fail', exitStatus };
  }
  const signal = Object.hasOwn(SIGNALS, suffix) ? SIGNALS[suffix] : undefined;
  return signal === undefined ? 'not found' : { signal, exitStatus: null };
}

function readQuery(query: string): Pick<PingAddress, 'rid' | 'isToBeMade'> | PingProblem {
  const said = new URLSearchParams(query);
  const rid = said.get('rid');
  if (rid !== null && !RID.test(rid)) return 'invalid uuid format';
  return { rid: rid?.toLowerCase() ?? null, isToBeMade: said.get('create') === '1' };
}
