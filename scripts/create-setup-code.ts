import { setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { createSetupCode } from '@/server/services/create-setup-code';

/** Prints a new set-up code, or nothing once anybody exists. Needs DATABASE_URL, the migrator's, and HOLDFAST_CONTEXT_KEY. */
const database = openDatabase({
  url: setting('databaseUrl'),
  contextKey: setting('contextKey'),
  connectionsMax: 1,
  applicationName: 'holdfast-setup-code',
});
try {
  const code = await createSetupCode(database);
  if (code) console.log(code);
} finally {
  await database.close();
}
