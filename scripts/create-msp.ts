import { parseArgs } from 'node:util';
import { config, setting } from '@/server/config';
import { openDatabase } from '@/server/data/database';
import { AppError } from '@/server/errors';
import { addMsp, newMspForm } from '@/server/services/add-msp';

/**
 * Makes a further MSP and prints the link with which its first owner joins: `--name`, `--owner` (e-mail), `--time-zone` (preset:
 * this machine's). Needs DATABASE_URL, the migrator's, HOLDFAST_CONTEXT_KEY and APP_ORIGIN.
 */
const text = { type: 'string' } as const;
try {
  const { values } = parseArgs({ options: { name: text, owner: text, 'time-zone': text } });
  await createMsp(values.name, values.owner, values['time-zone']);
} catch (error) {
  if (!isMistake(error)) throw error;
  console.error(error instanceof AppError ? error.publicSentence : error.message);
  console.error('Usage: --name "Company" --owner ana@example.com [--time-zone Europe/Berlin]');
  process.exitCode = 1;
}

async function createMsp(name = '', ownerEmail = '', timeZone = localTimeZone()): Promise<void> {
  const form = newMspForm.safeParse({ name, ownerEmail, timeZone });
  if (!form.success)
    throw new AppError('invalid-request', form.error.issues.map(({ message }) => message).join(' '));
  const database = openDatabase({
    url: setting('databaseUrl'),
    contextKey: setting('contextKey'),
    connectionsMax: 1,
    applicationName: 'holdfast-create-msp',
  });
  try {
    const { token, isRenewed } = await addMsp(database, form.data, Date.now());
    if (isRenewed) console.error('This owner was asked before: the link of that time is worthless now.');
    console.log(`${config().appOrigin}/invitation#${token}`);
  } finally {
    await database.close();
  }
}

function localTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Of whoever called, with a sentence that says what to do. */
function isMistake(error: unknown): error is Error {
  if (error instanceof AppError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}
