import { parseArgs } from 'node:util';
import { workerScope } from '@/server/auth/system-scope';
import { setting } from '@/server/config';
import { findEnrolmentTarget } from '@/server/data/enrolment-target';
import { openDatabase } from '@/server/data/database';
import { mintEnrolmentToken } from '@/server/services/mint-enrolment-token';

/**
 * Prints a new enrolment token: `--msp NAME` and `--client NAME` say for whom, preset the first MSP and its first client.
 * Needs DATABASE_URL_WORKER and HOLDFAST_CONTEXT_KEY.
 */
const { values } = parseArgs({ options: { msp: { type: 'string' }, client: { type: 'string' } } });
const database = openDatabase({
  url: setting('databaseUrlWorker'),
  contextKey: setting('contextKey'),
  connectionsMax: 1,
  applicationName: 'holdfast-mint-token',
});
try {
  const target = await findEnrolmentTarget(database, workerScope, {
    mspName: values.msp ?? null,
    clientName: values.client ?? null,
  });
  if (target) {
    const scope = workerScope(target.mspId);
    console.log((await mintEnrolmentToken(database, scope, target.clientId, Date.now())).token);
  } else {
    console.error('There is no such MSP or client yet. Create a client first, or check --msp and --client.');
    process.exitCode = 1;
  }
} finally {
  await database.close();
}
