import { createHash } from 'node:crypto';
import { SINCE, type HttpJsonSettings } from '@/domain/pull/pull-settings';
import { valueAt } from '@/domain/text/json-pointer';
import { DAY, type Instant, SECOND } from '@/domain/time/instant';
import { type Asker, PullFailure } from './ask';
import {
  type ConnectionOf,
  type Connector,
  FIRST_PULL_DAYS,
  OVERLAP_MS,
  type PulledItem,
  type PullLimits,
} from './connector';

const ITEMS_MAX = 10_000;
const ITEM_CHARACTERS_MAX = 256 * 1024;

/** Any server that answers with a list in JSON; each of its items is read as if it had been posted to a webhook. */
export function httpJsonConnector(connection: ConnectionOf<'http-json'>, asker: Asker): Connector {
  const { baseUrl, credentials, settings } = connection;
  const headers = headersOf(credentials.header);
  const ask = (url: URL) => asker.ask(url, { headers });
  const addressAt = (since: Instant) =>
    new URL(baseUrl.replaceAll(SINCE, encodeURIComponent(sinceText(since, settings))));

  return {
    test: async () => {
      const { json, certificate } = await ask(addressAt(Date.now() - FIRST_PULL_DAYS * DAY));
      const items = itemsIn(json, settings);
      const count = `${items.length} item${items.length === 1 ? '' : 's'} on its first page`;
      return { server: 'A server that answers in JSON', facts: [count], certificate };
    },
    pull: async function* ({ cursorAt, now }: PullLimits) {
      const since = (cursorAt ?? now - FIRST_PULL_DAYS * DAY) - OVERLAP_MS;
      let url: URL | null = addressAt(since);
      let newest = cursorAt;
      while (url) {
        if (asker.left() === 0) throw new PullFailure('too-many-requests');
        const { json } = await ask(url);
        const read = itemsIn(json, settings);
        for (const one of read) newest = later(newest, timeOf(one, settings, now));
        const page: URL = url;
        url = nextPage(json, page, settings);
        const items = read.map((one) => pulledItem(one, page, settings));
        // Nobody knows in which order pages come: only the last has told everything.
        yield { items, cursorAt: url ? null : newest, hasMore: url !== null };
      }
    },
  };
}

function headersOf(line: string): Record<string, string> {
  const colon = line.indexOf(':');
  return colon < 0 ? {} : { [line.slice(0, colon).toLowerCase()]: line.slice(colon + 1).trim() };
}

function sinceText(since: Instant, { sinceForm }: HttpJsonSettings): string {
  return sinceForm === 'epoch' ? String(Math.floor(since / SECOND)) : new Date(since).toISOString();
}

function itemsIn(json: unknown, { itemsAt }: HttpJsonSettings): readonly object[] {
  const items = valueAt(json, itemsAt);
  if (!Array.isArray(items))
    throw new PullFailure('unexpected-answer', { detail: `There is no list at ${itemsAt || 'its top'}.` });
  if (items.length > ITEMS_MAX) throw new PullFailure('too-large');
  return items.map((one: unknown) => {
    if (typeof one !== 'object' || one === null)
      throw new PullFailure('unexpected-answer', { detail: 'An item of the list is no object.' });
    return one;
  });
}

function pulledItem(item: object, page: URL, { idAt }: HttpJsonSettings): PulledItem {
  const json = JSON.stringify(item);
  if (json.length > ITEM_CHARACTERS_MAX) throw new PullFailure('too-large');
  const id = idAt === '' ? undefined : valueAt(item, idAt);
  // What is named alike and says something else is another: a run that has ended meanwhile.
  const name = typeof id === 'string' || typeof id === 'number' ? `${id}:` : '';
  const said = createHash('sha256').update(json).digest('hex');
  return { id: `${name.slice(0, 500)}${said}`, path: page.pathname, json };
}

/** In seconds or milliseconds since 1970, or as ISO 8601 with its zone. What lies ahead is the other clock's fault. */
function timeOf(item: object, { timeAt }: HttpJsonSettings, now: Instant): Instant | null {
  const at = instantIn(timeAt === '' ? undefined : valueAt(item, timeAt));
  return Number.isFinite(at) && at >= 0 ? Math.min(at, now) : null;
}

function instantIn(value: unknown): number {
  if (typeof value === 'number') return value * (value < 100_000_000_000 ? SECOND : 1);
  const isZoned = typeof value === 'string' && /(?:Z|[+-]\d\d:?\d\d)$/i.test(value);
  return isZoned ? Date.parse(value) : Number.NaN;
}

const later = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

/** @throws PullFailure where it leads to another server: the credentials are for this one */
function nextPage(json: unknown, page: URL, { nextAt }: HttpJsonSettings): URL | null {
  const link = nextAt === '' ? null : valueAt(json, nextAt);
  if (typeof link !== 'string' || link === '') return null;
  if (!URL.canParse(link, page))
    throw new PullFailure('unexpected-answer', { detail: 'The next page is no address.' });
  const next = new URL(link, page);
  if (next.origin !== page.origin)
    throw new PullFailure('redirected', { detail: `The next page is at ${next.host}.` });
  if (next.href === page.href)
    throw new PullFailure('unexpected-answer', { detail: 'The next page is the same.' });
  return next;
}
