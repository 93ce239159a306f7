import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The newest mail to somebody in the folder where a system without a mail server keeps them; empty: there is none. */
export function mailTo(email: string): string {
  const folder = path.join(process.env['HOLDFAST_DATA_DIR'] ?? '.data', 'mail-outbox');
  const mails = readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .toSorted()
    .map((name) => readFileSync(path.join(folder, name), 'utf8'));
  return mails.findLast((one) => one.includes(`To: ${email}`)) ?? '';
}

/** The token behind the `#` of the link that a mail has to a page of ours; empty: none. */
export function tokenIn(mail: string, page: string): string {
  return new RegExp(`${page}#([\\w-]+)`).exec(mail.replaceAll('=\r\n', ''))?.[1] ?? '';
}
