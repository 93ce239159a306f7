import { DAY, type Instant, utcDay } from '@/domain/time/instant';
import { listClientNames } from '../data/clients';
import type { Database } from '../data/database';
import { askForDocument } from '../services/ask-for-documents';
import { type MadeMsp, personOf } from './set-up-msp';

/** Clients with documents: a few, so that the worker has made them when somebody looks. */
const CLIENTS = 2;

/**
 * A report on the month for some clients, and an evidence pack of the last thirty days for the first; the worker makes them once it runs. The pack
 * ends today: the log knows nothing of the demo's past, since it was recorded today.
 */
export async function askForDocuments(database: Database, msp: MadeMsp, now: Instant): Promise<void> {
  const { scope, personId, name } = personOf(msp.cast, msp.people, 'owner');
  const clients = await database.inScope(scope, (tx) => listClientNames(tx, scope.mspId));
  // The demo's past is a month long.
  const month = utcDay(now - 15 * DAY).slice(0, 7);
  for (const [index, { clientId }] of clients.slice(0, CLIENTS).entries()) {
    const ask = (request: Parameters<typeof askForDocument>[3]['request']) =>
      askForDocument(database, scope, { personId, name }, { clientId, request }, now);
    await ask({ kind: 'executive-report', month });
    if (index === 0)
      await ask({
        kind: 'evidence-pack',
        framework: 'CIS v8',
        firstOn: utcDay(now - 29 * DAY),
        lastOn: utcDay(now),
        seed: null,
      });
  }
}
