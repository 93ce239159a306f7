import { setTimeout as pause } from 'node:timers/promises';
import type { WatchdogFailure } from '@/domain/health/own-facts';
import { workerScope } from '../auth/system-scope';
import { appendAuditEvent } from '../data/audit';
import type { Database } from '../data/database';
import { insertMsp } from '../data/inventory';
import {
  findWatchdogAddress,
  findWatchdogClient,
  lockWatchdogMsp,
  readWatchdog,
  WATCHDOG_MSP_ID,
} from '../data/watchdog';
import { createClient } from './create-client';
import { createDefaultPolicy } from './create-default-policy';
import { checkForm, channelForm, openChannel } from './open-channel';

/** Where it sends, and how long it waits for each thing that has to happen. */
export interface BiteSettings {
  readonly ingestOrigin: string;
  readonly waitMsMax: number;
  /** Ends it. */
  readonly signal: AbortSignal;
}

const NAME = 'Watchdog of this installation';
const LOOK_EVERY_MS = 250;
const SEND_MS_MAX = 10_000;
/** Longer than between two bites, so that it is never silent by itself. */
const SILENT_SECONDS = 7 * 86_400;

/**
 * Tells the real ingestion, by the address that everybody uses, of a backup that went well and then of one that failed; and looks whether the
 * failure becomes a finding and a system that is not protected. What was open before is closed first, so that nothing old passes for new.
 * @returns what did not happen in time; null: it bit
 */
export async function letWatchdogBite(
  database: Database,
  settings: BiteSettings,
  now: Date,
): Promise<WatchdogFailure | null> {
  const address = await prepareWatchdog(database, now);
  const look = () => database.inScope(workerScope(WATCHDOG_MSP_ID), (tx) => readWatchdog(tx));
  if ((await look())?.isFailing) {
    if (!(await send(settings, `/ping/${address}`))) return 'not-taken';
    if (!(await happens(settings, async () => (await look())?.isFailing === false))) return 'not-cleared';
  }
  if (!(await send(settings, `/ping/${address}/fail`))) return 'not-taken';
  const isBad = async (): Promise<boolean> => {
    const found = await look();
    return found !== null && found.isFailing && found.status === 'non-compliant';
  };
  return (await happens(settings, isBad)) ? null : 'no-verdict';
}

/** Makes the MSP, its client and its check where they are not there yet; answers the address of the check. */
async function prepareWatchdog(database: Database, now: Date): Promise<string> {
  const scope = workerScope(WATCHDOG_MSP_ID);
  const known = await database.inScope(scope, (tx) => findWatchdogAddress(tx));
  if (known !== null) return known;
  await database.inScope(scope, async (tx) => {
    if (await lockWatchdogMsp(tx)) return;
    await insertMsp(tx, { mspId: WATCHDOG_MSP_ID, name: NAME, timeZone: 'UTC', createdAt: now });
    await createDefaultPolicy(tx, WATCHDOG_MSP_ID, null, now);
    await appendAuditEvent(tx, {
      action: 'msp.added',
      target: { mspId: WATCHDOG_MSP_ID },
      details: { mspName: NAME, timeZone: 'UTC' },
    });
  });
  const clientId =
    (await database.inScope(scope, (tx) => findWatchdogClient(tx))) ??
    (await createClient(database, scope, { name: NAME, timeZone: 'UTC' }, now.getTime()));
  const check = checkForm.parse({ timeoutSeconds: SILENT_SECONDS });
  const form = channelForm.parse({ kind: 'ping', name: 'must fail', hostname: 'watchdog', check });
  const { address } = await openChannel(database, scope, NAME, clientId, form, now);
  return address;
}

/** An ingestion that is just being started takes it a moment later. */
function send(settings: BiteSettings, path: string): Promise<boolean> {
  return happens(settings, async () => {
    const answer = await fetch(`${settings.ingestOrigin}${path}`, {
      method: 'POST',
      body: 'The watchdog of Holdfast: this has to fail.',
      redirect: 'error',
      signal: AbortSignal.any([settings.signal, AbortSignal.timeout(SEND_MS_MAX)]),
    });
    await answer.body?.cancel();
    return answer.ok;
  });
}

/** Asks until it is so; false: it was not in time. What throws is not so yet. */
async function happens({ waitMsMax, signal }: BiteSettings, isSo: () => Promise<boolean>): Promise<boolean> {
  const endAtMs = performance.now() + waitMsMax;
  while (!signal.aborted) {
    if (await isSo().catch(() => false)) return true;
    if (performance.now() >= endAtMs) return false;
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return false;
}
