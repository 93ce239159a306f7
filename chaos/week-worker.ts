import { openDatabase } from '@/server/data/database';
import { listMspsWithWork } from '@/server/data/work-due';
import { setting } from '@/server/config';
import { decideNotifications } from '@/server/services/decide-notifications';
import { sendDueNotifications } from '@/server/services/send-due-notifications';
import { workMsp } from '@/server/services/work-msp';

// The worker of the scripted week: what workers/recurring.ts does, at instants that it is told, so that a week fits into minutes. It is a
// process of its own, since it is killed.
const [dataDir = ''] = process.argv.slice(2);
const MSPS_MAX = 10;
const database = openDatabase({ url: setting('databaseUrlWorker'), contextKey: setting('contextKey') });
const mail = {
  smtpUrl: null,
  mailFrom: 'holdfast@week.example',
  dataDir,
  appOrigin: 'https://holdfast.example',
  notifiesLoopback: true,
};

process.on('message', ({ now }: { now: number }) => {
  work(new Date(now)).then(
    () => process.send?.({ now }),
    (error: unknown) => process.send?.({ now, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.({ isReady: true });

async function work(now: Date): Promise<void> {
  for (const mspId of await listMspsWithWork(database, ['inbox', 'evaluation'], now, MSPS_MAX))
    for (;;) {
      const done = await workMsp(database, mspId, () => now);
      const [failure] = done.failures;
      if (failure !== undefined) throw failure.error;
      if (done.reports + done.systems === 0) break;
    }
  for (const mspId of await listMspsWithWork(database, ['telling'], now, MSPS_MAX))
    await decideNotifications(database, mspId, now);
  for (const mspId of await listMspsWithWork(database, ['notification'], now, MSPS_MAX))
    await sendDueNotifications(database, mspId, mail, () => now);
}
