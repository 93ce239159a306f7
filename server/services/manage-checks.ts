import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { z } from 'zod';
import {
  checkStatus,
  NEW_CHECK,
  PRESET_SETTINGS,
  pingDueAt,
  pingSilentAt,
  type BodyFilters,
} from '@/domain/ping/check';
import { flipsOf, type Flip, type HeardPing } from '@/domain/ping/flips';
import { readCron } from '@/domain/schedule/cron';
import { SECOND, type Instant } from '@/domain/time/instant';
import { ingestScope } from '../auth/system-scope';
import { openChannel, lockChecksOf } from '../data/ingest-channels';
import {
  closeManagedCheck,
  findManagementKey,
  listManagedChecks,
  listPings,
  readPing,
  saveCheckSettings,
  savePause,
  type KeptPing,
  type ManagedCheck,
  type ManagementKey,
} from '../data/ingest-checks';
import { appendIngestAuditEvent } from '../data/ingest-reports';
import type { IngestQuery, IngestStore } from '../data/ingest-store';
import { bodyAfterHead } from '../inbound/request-head';
import { makeAddress } from './channel-address';
import { timeZone } from './form-fields';

/** What the management API refuses, with its HTTP status and its own words. */
export class ManagementProblem extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 429;
  readonly words: string;

  constructor(status: ManagementProblem['status'], words: string) {
    super(words);
    this.status = status;
    this.words = words;
  }
}

/** A key of the management API, as `X-Api-Key` brings it. */
export const hashManagementKey = (key: string): Buffer => createHash('sha256').update(key).digest();

/** @throws ManagementProblem 401 */
export async function demandManagementKey(store: IngestStore, key: string | null): Promise<ManagementKey> {
  if (key === null || key === '') throw new ManagementProblem(401, 'missing api key');
  const found = /^[A-Za-z0-9_-]{32}$/.test(key)
    ? await findManagementKey(store, hashManagementKey(key))
    : null;
  if (!found) throw new ManagementProblem(401, 'wrong api key');
  return found;
}

const keywords = z.string().max(200);
const seconds = (name: string) =>
  z.int(`${name} is not a number`).min(60, `${name} is too small`).max(31_536_000, `${name} is too large`);

/** What a request may say of a check; the messages are those that clients of healthchecks.io know. */
const checkInput = z.object({
  name: z.string('name is not a string').max(100, 'name is too long').optional(),
  slug: z
    .string('slug is not a string')
    .regex(/^[a-z0-9_-]{0,100}$/, 'slug does not match pattern')
    .optional(),
  tags: z.string('tags is not a string').max(500, 'tags is too long').optional(),
  desc: z.string('desc is not a string').max(2000, 'desc is too long').optional(),
  timeout: seconds('timeout').optional(),
  grace: seconds('grace').optional(),
  schedule: z
    .string('schedule is not a string')
    .max(100, 'schedule is too long')
    .refine((text) => readCron(text).isValid, 'schedule is not a valid cron or OnCalendar expression')
    .optional(),
  tz: z
    .string('tz is not a string')
    .refine((name) => timeZone.safeParse(name).success, 'tz is not a valid timezone')
    .optional(),
  manual_resume: z.boolean('manual_resume is not a boolean').optional(),
  methods: z.enum(['', 'POST'], 'methods has unexpected value').optional(),
  channels: z.string('channels is not a string').max(2000, 'channels is too long').optional(),
  start_kw: keywords.optional(),
  success_kw: keywords.optional(),
  failure_kw: keywords.optional(),
  filter_subject: z.boolean('filter_subject is not a boolean').optional(),
  filter_body: z.boolean('filter_body is not a boolean').optional(),
  filter_http_body: z.boolean('filter_http_body is not a boolean').optional(),
  filter_default_fail: z.boolean('filter_default_fail is not a boolean').optional(),
  unique: z
    .array(
      z.enum(['name', 'slug', 'tags', 'timeout', 'grace'], 'an item in unique has unexpected value'),
      'unique is not an array',
    )
    .optional(),
});
type CheckInput = z.output<typeof checkInput>;

/** @throws ManagementProblem 400 */
export function readCheckInput(body: unknown): CheckInput {
  const parsed = checkInput.safeParse(body);
  if (parsed.success) return parsed.data;
  const message = parsed.error.issues[0]?.message ?? 'value is not an object';
  throw new ManagementProblem(400, `json validation error: ${message}`);
}

/** What a request asks of the checks of its key's client. */
export interface CheckDesk {
  list(key: ManagementKey, asked: { slug: string | null; tags: readonly string[] }): Promise<ManagedCheck[]>;
  /** By its ping address, or by its unique key. @throws ManagementProblem 404 */
  find(key: ManagementKey, name: string): Promise<ManagedCheck>;
  /** Makes a check, or finds the one that is the same in `unique`, which gets what else was said. */
  make(key: ManagementKey, input: CheckInput, now: Date): Promise<{ check: ManagedCheck; isNew: boolean }>;
  change(key: ManagementKey, name: string, input: CheckInput, now: Date): Promise<ManagedCheck>;
  remove(key: ManagementKey, name: string): Promise<ManagedCheck>;
  /** @throws ManagementProblem 409 where a check is to go on that is not paused */
  pause(key: ManagementKey, name: string, isPaused: boolean, now: Date): Promise<ManagedCheck>;
  pings(key: ManagementKey, name: string): Promise<KeptPing[]>;
  /** @throws ManagementProblem 404 where there is no ping of this number, or no body of it */
  pingBody(key: ManagementKey, name: string, number: number): Promise<Buffer>;
  /** Newest first, since `from`. */
  flips(key: ManagementKey, name: string, asked: { from: Instant; until: Instant }): Promise<Flip[]>;
}

/** As many as pings may make by themselves, of one client. */
const CHECKS_MAX = 1000;
const PINGS_SHOWN = 100;
const PINGS_WALKED = 5000;

export function createCheckDesk(store: IngestStore): CheckDesk {
  const within = <T>(key: ManagementKey, work: (query: IngestQuery) => Promise<T>): Promise<T> =>
    store.inScope(ingestScope(key.mspId), work);

  return {
    list: async (key, { slug, tags }) => {
      const checks = await within(key, (query) => listManagedChecks(query, key));
      return checks.filter(
        (check) =>
          (slug === null || check.slug === slug) &&
          tags.every((tag) => check.tags.split(/\s+/).includes(tag)),
      );
    },
    find: (key, name) => within(key, (query) => findIn(query, key, name)),
    make: (key, input, now) =>
      within(key, async (query) => {
        const count = await lockChecksOf(query, key.mspId, key.clientId);
        const fields = input.unique ?? [];
        const same =
          fields.length === 0
            ? undefined
            : (await listManagedChecks(query, key)).find((check) => isSameIn(fields, check, input));
        if (same) return { check: await save(query, key, same, input), isNew: false };
        if (count >= CHECKS_MAX) throw new ManagementProblem(403, 'checks limit reached');
        const made = await makeCheck(query, key, input, now);
        await audit(query, key, 'channel.opened', made, { kind: 'ping', name: made.name });
        return { check: made, isNew: true };
      }),
    change: (key, name, input) =>
      within(key, async (query) => save(query, key, await findIn(query, key, name), input)),
    remove: (key, name) =>
      within(key, async (query) => {
        const check = await findIn(query, key, name);
        await closeManagedCheck(query, check.channelId);
        await audit(query, key, 'channel.closed', check, { kind: 'ping', name: check.name });
        return check;
      }),
    pause: (key, name, isPaused, now) =>
      within(key, async (query) => {
        const check = await findIn(query, key, name);
        if (!isPaused && check.state.pausedAt === null)
          throw new ManagementProblem(409, 'check is not paused');
        await savePause(query, key.mspId, check.channelId, isPaused ? now : null);
        await audit(query, key, isPaused ? 'channel.paused' : 'channel.resumed', check, { name: check.name });
        // As its clients know it: what goes on is new until it is heard.
        const state = isPaused ? { ...check.state, pausedAt: now.getTime(), started: null } : NEW_CHECK;
        return { ...check, state };
      }),
    pings: (key, name) =>
      within(key, async (query) => {
        const { channelId } = await findIn(query, key, name);
        return listPings(query, key.mspId, channelId, PINGS_SHOWN);
      }),
    pingBody: (key, name, number) =>
      within(key, async (query) => {
        const { channelId } = await findIn(query, key, name);
        const kept = await readPing(query, key.mspId, channelId, number);
        const body = kept && Buffer.from(bodyAfterHead(kept));
        if (!body || body.length === 0) throw new ManagementProblem(404, 'not found');
        return body;
      }),
    flips: (key, name, { from, until }) =>
      within(key, async (query) => {
        const check = await findIn(query, key, name);
        const pings = await listPings(query, key.mspId, check.channelId, PINGS_WALKED);
        return flipsOf(check, pings.flatMap(heard), until)
          .filter(({ at }) => at >= from && at < until)
          .toReversed();
      }),
  };
}

async function save(
  query: IngestQuery,
  key: ManagementKey,
  before: ManagedCheck,
  input: CheckInput,
): Promise<ManagedCheck> {
  const check = { ...before, ...changed(before, input) };
  if (JSON.stringify(settingsOf(check)) === JSON.stringify(settingsOf(before))) return check;
  const silentAt = pingSilentAt(check, check.state);
  await saveCheckSettings(query, key.mspId, check, silentAt === null ? null : new Date(silentAt));
  await audit(query, key, 'channel.changed', check, {
    before: settingsOf(before),
    after: settingsOf(check),
  });
  return check;
}

const UNIQUE_KEY = /^[0-9a-f]{40}$/;

async function findIn(query: IngestQuery, key: ManagementKey, name: string): Promise<ManagedCheck> {
  // Of a unique key nobody knows the address but by looking at all.
  const checks = await listManagedChecks(query, key, UNIQUE_KEY.test(name) ? null : name);
  const found = checks.find((check) => check.uuid === name || uniqueKeyOf(check.uuid) === name);
  if (!found) throw new ManagementProblem(404, 'not found');
  return found;
}

async function audit(
  query: IngestQuery,
  key: ManagementKey,
  action: string,
  check: ManagedCheck,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await appendIngestAuditEvent(query, {
    action,
    clientId: key.clientId,
    target: { channelId: check.channelId, clientId: key.clientId },
    details: { ...details, by: 'management-api' },
  });
}

function heard({ received_at: at, envelope }: KeptPing): HeardPing[] {
  const kind = envelope.ping?.kind;
  return kind === 'success' || kind === 'fail' ? [{ at: at.getTime(), outcome: kind }] : [];
}

/** A name of a check that says nothing of its address: for keys that may only read. */
function uniqueKeyOf(uuid: string): string {
  return createHash('sha1').update(uuid).digest('hex');
}

function isSameIn(
  fields: NonNullable<CheckInput['unique']>,
  check: ManagedCheck,
  input: CheckInput,
): boolean {
  const of = {
    name: check.name,
    slug: check.slug,
    tags: check.tags,
    timeout: check.timeoutSeconds,
    grace: check.graceSeconds,
  };
  return fields.every((field) => input[field] !== undefined && input[field] === of[field]);
}

type Settings = Omit<ManagedCheck, 'channelId' | 'uuid' | 'pingCount' | 'state'>;

/** What of a check its key's holder can change. */
function settingsOf(check: ManagedCheck): Settings {
  const { name, slug, tags, description, timeoutSeconds, graceSeconds, schedule, timeZone: zone } = check;
  const { isPostOnly, isResumedByHand, filters } = check;
  const expected = { timeoutSeconds, graceSeconds, schedule, timeZone: zone };
  return { name, slug, tags, description, ...expected, isPostOnly, isResumedByHand, filters };
}

/** What a request changes; a timeout takes the place of a schedule, unless it comes with one. */
function changed(before: Settings, input: CheckInput): Settings {
  const { filters } = before;
  return {
    name: input.name ?? before.name,
    slug: input.slug ?? before.slug,
    tags: input.tags ?? before.tags,
    description: input.desc ?? before.description,
    timeoutSeconds: input.timeout ?? before.timeoutSeconds,
    graceSeconds: input.grace ?? before.graceSeconds,
    schedule: input.schedule ?? (input.timeout === undefined ? before.schedule : null),
    timeZone: input.tz ?? before.timeZone,
    isPostOnly: input.methods === undefined ? before.isPostOnly : input.methods === 'POST',
    isResumedByHand: input.manual_resume ?? before.isResumedByHand,
    filters: {
      isOn: input.filter_http_body ?? filters.isOn,
      start: wordsOf(input.start_kw) ?? filters.start,
      success: wordsOf(input.success_kw) ?? filters.success,
      failure: wordsOf(input.failure_kw) ?? filters.failure,
      otherwise: defaultOf(input.filter_default_fail) ?? filters.otherwise,
    },
  };
}

function defaultOf(isFail: boolean | undefined): BodyFilters['otherwise'] | undefined {
  if (isFail === undefined) return undefined;
  return isFail ? 'fail' : 'ignore';
}

function wordsOf(text: string | undefined): BodyFilters['start'] | undefined {
  return text
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .slice(0, 20);
}

async function makeCheck(
  query: IngestQuery,
  { clientId }: ManagementKey,
  input: CheckInput,
  now: Date,
): Promise<ManagedCheck> {
  const settings = changed({ ...PRESET_SETTINGS, name: '', slug: '', tags: '', description: '' }, input);
  const channelId = v7();
  const address = makeAddress('ping');
  const name = settings.name || settings.slug || 'unnamed';
  await openChannel(query, {
    channelId,
    clientId,
    kind: 'ping',
    name,
    hostname: name,
    address,
    product: null,
    capture: 'files',
    repositoryId: null,
    jobId: null,
    createdAt: now,
    createdByName: 'management API',
    check: settings,
  });
  return { ...settings, name, channelId, uuid: address, pingCount: 0, state: NEW_CHECK };
}

/** Longer ones are taken for runs whose start nobody remembers. */
const DURATION_MAX = 72 * 3600;

/**
 * A check as the management API shows it.
 * @param version of the API: the first shows a started check as a status of its own
 */
export function checkJson(
  check: ManagedCheck,
  { isReadOnly }: ManagementKey,
  urls: { readonly ping: string; readonly api: string },
  version: number,
  now: Instant,
): Record<string, unknown> {
  const { state, uuid, filters } = check;
  const status = checkStatus(check, state, now);
  const isStarted = state.started !== null;
  const lastDuration = state.lastDurationSeconds;
  return {
    name: check.name,
    slug: check.slug,
    tags: check.tags,
    desc: check.description,
    grace: check.graceSeconds,
    n_pings: check.pingCount,
    status: version === 1 && isStarted && status !== 'down' ? 'started' : status,
    started: isStarted,
    last_ping: timeText(state.lastPingAt),
    next_ping:
      state.lastPingAt === null || status === 'paused' ? null : timeText(pingDueAt(check, state.lastPingAt)),
    manual_resume: check.isResumedByHand,
    methods: check.isPostOnly ? 'POST' : '',
    subject: '',
    subject_fail: '',
    start_kw: filters.start.join(','),
    success_kw: filters.success.join(','),
    failure_kw: filters.failure.join(','),
    filter_subject: false,
    filter_body: false,
    filter_http_body: filters.isOn,
    filter_default_fail: filters.otherwise === 'fail',
    badge_url: null,
    ...(lastDuration !== null && lastDuration <= DURATION_MAX && { last_duration: Math.round(lastDuration) }),
    ...(isReadOnly
      ? { unique_key: uniqueKeyOf(uuid) }
      : {
          uuid,
          ping_url: `${urls.ping}/${uuid}`,
          update_url: `${urls.api}/checks/${uuid}`,
          pause_url: `${urls.api}/checks/${uuid}/pause`,
          resume_url: `${urls.api}/checks/${uuid}/resume`,
          channels: '',
        }),
    ...(check.schedule === null
      ? { timeout: check.timeoutSeconds }
      : { schedule: check.schedule, tz: check.timeZone }),
  };
}

/** ISO 8601 to the second, with an offset. */
export function timeText(at: Instant | null): string | null {
  return at === null
    ? null
    : new Date(Math.floor(at / SECOND) * SECOND).toISOString().replace('.000Z', '+00:00');
}
