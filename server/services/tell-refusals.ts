import { DAY } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import type { Database } from '../data/database';
import { takeRefusals } from '../data/identity-refusals';
import { wasToldSince } from '../data/mail-outbox';
import { signInLockedNotice } from '../mail/notices';
import { putMail } from './put-mail';

/**
 * Tells people of an MSP by mail that somebody fails to sign in as them so often that sign-in waits; each at most once a day, or who
 * guesses could fill their mailbox. Not done by the sign-in itself, which must not cost more for e-mails that somebody has.
 * @returns how many are told
 */
export async function tellRefusals(database: Database, mspId: string, now: Date): Promise<number> {
  return database.inScope(workerScope(mspId), async (tx) => {
    const yesterday = new Date(now.getTime() - DAY);
    let told = 0;
    for (const { personId, email, failures, address } of await takeRefusals(tx)) {
      if (await wasToldSince(tx, mspId, personId, 'sign-in-locked', yesterday)) continue;
      const notice = signInLockedNotice(failures, address);
      await putMail(tx, mspId, { kind: 'sign-in-locked', personId }, { to: email, ...notice }, now.getTime());
      told++;
    }
    return told;
  });
}
