import { DAY, HOUR } from '@/domain/time/instant';
import { workerScope } from '../auth/system-scope';
import {
  listEvidenceKeys,
  listOwnCheckpoints,
  type OwnCheckpoint,
  readOwnCheckpoints,
} from '../data/checkpoints';
import type { Database } from '../data/database';
import { listMembers } from '../data/identity-members';
import { listNoteSubscriptions, noteMailed } from '../data/note-subscriptions';
import type { Mail } from '../mail/send-mail';
import { pathText } from './export-evidence-log';
import { putMail } from './put-mail';

/** Once a day, whatever the minute at which the worker looks. */
const EVERY_MS = DAY - HOUR / 2;

/**
 * Puts the day's note into the outbox for each of an MSP's subscribers: the newest checkpoint with the place of the MSP's chain in it. Kept in
 * a mailbox, it is out of reach of whoever could change the log. Answers how many. Nobody is mailed the same checkpoint twice.
 */
export async function mailNotes(database: Database, mspId: string, now: Date): Promise<number> {
  return database.inScope(workerScope(mspId), async (tx) => {
    const due = (await listNoteSubscriptions(tx, mspId)).filter(
      ({ lastMailedAt }) => !lastMailedAt || now.getTime() - lastMailedAt.getTime() >= EVERY_MS,
    );
    const newest = due.length === 0 ? null : (await listOwnCheckpoints(tx)).at(-1);
    if (!newest) return 0;
    const [checkpoint] = await readOwnCheckpoints(tx, [newest.checkpointId]);
    const key = (await listEvidenceKeys(tx)).find(({ keyId }) => keyId === checkpoint?.keyId);
    const members = await listMembers(tx);
    let mailed = 0;
    for (const subscription of due) {
      const member = members.find(
        ({ personId, revokedAt }) => personId === subscription.personId && revokedAt === null,
      );
      if (!checkpoint || !key || !member || subscription.lastCheckpointId === checkpoint.checkpointId)
        continue;
      const { checkpointId } = checkpoint;
      if (!(await noteMailed(tx, mspId, subscription, { checkpointId, at: now }))) continue;
      const subject = { kind: 'evidence-note', personId: member.personId } as const;
      await putMail(
        tx,
        mspId,
        subject,
        noteMail(member.email, mspId, checkpoint, key.publicKey),
        now.getTime(),
      );
      mailed++;
    }
    return mailed;
  });
}

function noteMail(to: string, mspId: string, checkpoint: OwnCheckpoint, publicKey: Uint8Array): Mail {
  const parts = [
    `Checkpoint ${checkpoint.checkpointId} of your evidence log, ${checkpoint.at.toISOString()}:`,
    checkpoint.note.trimEnd(),
    pathText(mspId, checkpoint).trimEnd(),
    `It was signed with the key\n${Buffer.from(publicKey).toString('base64')}`,
    'Keep this mail. Whoever changes the log later, even with every key and\npassword, cannot change what is in your mailbox: saved as a file, it is\nheld against a bundle of the log by',
    'node verify.mjs BUNDLE --witness FILE',
  ];
  return {
    to,
    subject: `Evidence log: checkpoint ${checkpoint.checkpointId}`,
    text: `${parts.join('\n\n')}\n`,
  };
}
