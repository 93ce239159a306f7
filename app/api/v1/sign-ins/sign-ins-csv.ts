import { browserText } from '@/components/format/browser-text';
import { signInText } from '@/components/people/sign-in-text';
import { type CsvCell, csvResponse } from '@/server/csv';
import type { SignInEvent } from '@/server/data/sign-ins';

const HEAD = ['At (UTC)', 'Name', 'Email', 'Result', 'How', 'Address', 'Device'];

/** Sign-ins as a file to download. */
export function signInsCsv(signIns: AsyncIterable<SignInEvent>): Response {
  return csvResponse(`sign-ins-${new Date().toISOString().slice(0, 10)}.csv`, HEAD, cellsOf(signIns));
}

async function* cellsOf(signIns: AsyncIterable<SignInEvent>): AsyncGenerator<readonly CsvCell[]> {
  for await (const { at, name, email, how, reason, address, userAgent } of signIns)
    yield [
      at,
      name,
      email,
      how === null ? 'refused' : 'signed in',
      signInText(how, reason),
      address,
      userAgent === null ? null : browserText(userAgent),
    ];
}
